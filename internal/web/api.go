package web

// apiRoutes registers the interface for programs.
func (s *Server) apiRoutes(r router) {}
