package web

func (s *Server) remarkRoutes(r router) {}
