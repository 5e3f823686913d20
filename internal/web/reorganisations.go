package web

func (s *Server) reorganisationRoutes(r router) {}
