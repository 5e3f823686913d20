package store

import "inspectiontimeline/internal/inspection"

// officialFigures returns the figures that Ofsted published, in the order in which pages list them.
func (r *reader) officialFigures() ([]inspection.OfficialFigure, error) {
	var list []inspection.OfficialFigure
	err := r.db.Order("position").Find(&list).Error
	return list, err
}
