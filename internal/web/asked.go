package web

func (s *Server) askedRoutes(r router) {}
