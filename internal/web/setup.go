package web

func (s *Server) setupRoutes(r router) {}
