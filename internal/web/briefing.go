package web

// briefingRoutes registers the paper for a meeting, as a page and as a document.
func (s *Server) briefingRoutes(r router) {}
