package web

func (s *Server) helpRoutes(r router) {}
