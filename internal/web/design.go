package web

func (s *Server) designRoutes(r router) {}
