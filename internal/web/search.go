package web

// searchRoutes registers the page that finds words in letters and in the record.
func (s *Server) searchRoutes(r router) {}
