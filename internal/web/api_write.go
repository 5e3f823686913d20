package web

// apiWriteRoutes registers what programs may write.
func (s *Server) apiWriteRoutes(r router) {}
