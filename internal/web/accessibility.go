package web

func (s *Server) accessibilityRoutes(r router) {}
