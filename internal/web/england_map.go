package web

func (s *Server) mapRoutes(r router) {}
