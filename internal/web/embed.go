package web

// embedRoutes registers the charts as other sites show them.
func (s *Server) embedRoutes(r router) {}
