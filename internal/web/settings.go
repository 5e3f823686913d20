package web

func (s *Server) settingsRoutes(r router) {}
