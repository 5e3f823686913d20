package opendata

import "reflect"

// dumpTables are the tables of a dump. A table stands after those whose rows it names.
var dumpTables = []dumpTable{
	{"sources", "Sources of the record", reflect.TypeFor[sourceRow]()},
	{"frameworks", "Inspection rules", reflect.TypeFor[frameworkRow]()},
	{"judgement_kinds", "What each set of rules judges", reflect.TypeFor[strandRow]()},
	{"grades", "Grades of each scale, the best first", reflect.TypeFor[gradeRow]()},
	{"themes", "Themes of areas to improve", reflect.TypeFor[themeRow]()},
	{"terms", "Glossary", reflect.TypeFor[termRow]()},
	{"rules", "Rules from which days are computed", reflect.TypeFor[ruleRow]()},
	{"bank_holidays", "Days that are no working days", reflect.TypeFor[holidayRow]()},
	{"bodies", "Councils, places, providers and partnerships", reflect.TypeFor[bodyRow]()},
	{"successions", "Who took over whose area; no grade passes along", reflect.TypeFor[successionRow]()},
	{"place_members", "Councils of each place", reflect.TypeFor[memberRow]()},
	{"services", "Who runs whose children’s services", reflect.TypeFor[serviceRow]()},
	{"completeness", "How far each list of inspections is complete", reflect.TypeFor[completenessRow]()},
	{"inspections", "Inspections and visits", reflect.TypeFor[inspectionRow]()},
	{"inspection_bodies", "Whose each inspection was", reflect.TypeFor[inspectedRow]()},
	{"judgements", "What inspectors said of each judgement", reflect.TypeFor[judgementRow]()},
	{"areas_to_improve", "Areas to improve, with where each stands", reflect.TypeFor[areaRow]()},
	{"area_themes", "Themes of each area to improve", reflect.TypeFor[areaThemeRow]()},
	{"findings", "What inspectors found, in our words", reflect.TypeFor[findingRow]()},
	{"responses", "What others said in reply, in our words", reflect.TypeFor[responseRow]()},
	{"later_views", "What later letters say of earlier areas to improve", reflect.TypeFor[viewRow]()},
	{"citations", "What each inspection and milestone rests on", reflect.TypeFor[citationRow]()},
	{"gaps", "What was looked for and not found", reflect.TypeFor[gapRow]()},
	{"milestones", "Events around the inspections", reflect.TypeFor[milestoneRow]()},
	{"milestone_bodies", "Whom each milestone concerns", reflect.TypeFor[milestoneBodyRow]()},
	{"committees", "Committees that decide and scrutinise", reflect.TypeFor[committeeRow]()},
	{"meetings", "Meetings of committees", reflect.TypeFor[meetingRow]()},
	{"actions", "Actions that serve areas to improve", reflect.TypeFor[actionRow]()},
	{"action_areas", "Which areas each action serves", reflect.TypeFor[actionAreaRow]()},
	{"moves", "What was done about areas to improve", reflect.TypeFor[moveRow]()},
	{"updates", "What was said about areas to improve and actions", reflect.TypeFor[updateRow]()},
	{"evidence", "Evidence of areas to improve", reflect.TypeFor[evidenceRow]()},
	{"questions", "What members asked", reflect.TypeFor[questionRow]()},
	{"answers", "Answers to questions", reflect.TypeFor[answerRow]()},
}

type sourceRow struct {
	ID        string  `json:"id" key:"1" doc:"Names the source"`
	Title     string  `json:"title" doc:"Its title"`
	Publisher *string `json:"publisher" doc:"Who published it"`
	Kind      string  `json:"kind" doc:"Kind of source"`
	Address   *string `json:"address" doc:"Where it is"`
	Published Date    `json:"published" doc:"Day on which it was published"`
	ReadOn    Date    `json:"read_on" doc:"Day on which it was read for this record"`
}

type frameworkRow struct {
	Code       string `json:"code" key:"1" doc:"Names the rules"`
	Name       string `json:"name" doc:"In full"`
	PlainName  string `json:"plain_name" doc:"As pages say it"`
	Family     string `json:"family" doc:"Rules of one family can be compared where their scales are the same"`
	Inspectors string `json:"inspectors" doc:"Who inspects"`
	From       Date   `json:"from" doc:"First day of fieldwork that they cover"`
	Until      Date   `json:"until" doc:"Last such day"`
	Announced  bool   `json:"announced" doc:"Whether they are expected and their content is not known"`
}

type strandRow struct {
	Framework string  `json:"framework" key:"1" refers:"frameworks.code" doc:"Code of the rules"`
	Code      string  `json:"code" key:"1" doc:"Code of the judgement"`
	Name      string  `json:"name" doc:"As it is printed"`
	Scale     string  `json:"scale" doc:"Code of its scale"`
	Within    *string `json:"within" doc:"Judgement that it is a part of"`
}

type gradeRow struct {
	Scale    string `json:"scale" key:"1" doc:"Code of the scale"`
	Code     string `json:"code" key:"1" doc:"Code of the grade"`
	Name     string `json:"name" doc:"In words"`
	Position int    `json:"position" doc:"Place in the scale, 1 for the best"`
}

type themeRow struct {
	Code    string  `json:"code" key:"1" doc:"Names the theme"`
	Name    string  `json:"name" doc:"In words"`
	Meaning *string `json:"meaning" doc:"What it means"`
}

type termRow struct {
	ID      string  `json:"id" key:"1" doc:"Names the term"`
	Term    string  `json:"term" doc:"The word"`
	Short   *string `json:"short" doc:"Its short form"`
	Meaning string  `json:"meaning" doc:"What it means"`
	Also    *string `json:"also_called" doc:"Other words for it, with | between"`
}

type ruleRow struct {
	ID         string  `json:"id" key:"1" doc:"Names the version of the rule"`
	Code       string  `json:"code" doc:"Names the rule"`
	Words      string  `json:"words" doc:"The rule"`
	Value      *int    `json:"value" doc:"Its number"`
	Unit       *string `json:"unit" doc:"Unit of the number"`
	CountsFrom *string `json:"counts_from" doc:"From when it counts"`
	From       Date    `json:"valid_from" doc:"From when it holds"`
	Until      Date    `json:"valid_until" doc:"Until when it held"`
	Confidence string  `json:"confidence" doc:"How well it is known"`
	Source     *string `json:"source" refers:"sources.id" doc:"Where it stands"`
}

type holidayRow struct {
	On   string `json:"date" key:"1" doc:"The day"`
	Name string `json:"name" doc:"What it is called"`
	Kind string `json:"kind" codes:"ordinary|moved|one_off|added" doc:"Kind of day"`
}

type bodyRow struct {
	ID         string  `json:"id" key:"1" doc:"Its short name"`
	Kind       string  `json:"kind" codes:"authority|provider|partnership|place" doc:"What it is"`
	Name       string  `json:"name" doc:"Its name"`
	LACode     *string `json:"la_code" doc:"Local authority code"`
	ONS        *string `json:"ons_code" doc:"Code of the Office for National Statistics"`
	URN        *string `json:"urn" doc:"Number at Ofsted"`
	Region     *string `json:"region" doc:"Region of England"`
	Type       *string `json:"type" doc:"Type of council"`
	Population *int    `json:"population_0_25" doc:"People aged 0 to 25"`
	Created    Date    `json:"created_on" doc:"Its first day"`
	Ended      Date    `json:"ended_on" doc:"Its last day"`
	ListedOn   *string `json:"listed_on" refers:"bodies.id" doc:"Council on whose page a partnership stands"`
}

type successionRow struct {
	From       string  `json:"from" key:"1" refers:"bodies.id" doc:"The earlier council"`
	To         string  `json:"to" key:"1" refers:"bodies.id" doc:"The council after it"`
	On         Date    `json:"date" doc:"First day of the council after it"`
	Confidence string  `json:"confidence" doc:"How well it is known"`
	Source     *string `json:"source" refers:"sources.id" doc:"Where it says so"`
}

type memberRow struct {
	Place     string `json:"place" key:"1" refers:"bodies.id" doc:"The place"`
	Authority string `json:"authority" key:"1" refers:"bodies.id" doc:"The council"`
	Position  int    `json:"position" doc:"Its place among the councils"`
}

type serviceRow struct {
	Provider   string  `json:"provider" key:"1" refers:"bodies.id" doc:"Who runs the services"`
	Authority  string  `json:"authority" key:"1" refers:"bodies.id" doc:"For which council"`
	From       Date    `json:"from" doc:"First day"`
	Until      Date    `json:"until" doc:"Last day"`
	Confidence string  `json:"confidence" doc:"How well it is known"`
	Source     *string `json:"source" refers:"sources.id" doc:"Where it says so"`
}

type completenessRow struct {
	Body   string  `json:"body" key:"1" doc:"Whose list it is; * for every council of today"`
	Record string  `json:"record" key:"1" doc:"Which list"`
	To     Date    `json:"complete_to" doc:"Day to which it is complete; missing where no complete list is held"`
	Source *string `json:"source" refers:"sources.id" doc:"What says so"`
}

type inspectionRow struct {
	ID             string  `json:"id" key:"1" doc:"Names the inspection"`
	Kind           string  `json:"kind" doc:"Code of its kind"`
	Framework      string  `json:"framework" refers:"frameworks.code" doc:"Code of its rules"`
	Topic          *string `json:"topic" doc:"What a visit looked at"`
	FieldworkStart Date    `json:"fieldwork_start" doc:"First day of fieldwork"`
	FieldworkEnd   Date    `json:"fieldwork_end" doc:"Last day of fieldwork"`
	Published      Date    `json:"published" doc:"Day of publication"`
	Received       Date    `json:"received" doc:"Day on which the council received the letter"`
	StatementDue   Date    `json:"statement_due" doc:"Day that the letter prints for a statement or plan"`
	LeadInspector  *string `json:"lead_inspector" doc:"Lead inspector"`
	ReportAddress  *string `json:"report_address" doc:"Where its publisher has it"`
	Document       string  `json:"document" codes:"held|published|not_found|not_published" doc:"How the letter is known"`
	AreasCount     *int    `json:"areas_to_improve_printed" doc:"How many areas to improve it lists"`
	WholeListHeld  bool    `json:"whole_list_held" doc:"Whether every one of them is held"`
	Confidence     string  `json:"confidence" doc:"How well its facts are known"`
}

type inspectedRow struct {
	Inspection string `json:"inspection" key:"1" refers:"inspections.id" doc:"The inspection"`
	Body       string `json:"body" key:"1" refers:"bodies.id" doc:"Whose it was"`
	Confirmed  bool   `json:"confirmed" doc:"Whether that is confirmed"`
}

type judgementRow struct {
	Inspection string  `json:"inspection" key:"1" refers:"inspections.id" doc:"The inspection"`
	Judgement  string  `json:"judgement" key:"1" doc:"Code of the judgement"`
	Grade      *string `json:"grade" doc:"Code of the grade; missing where none was given or found"`
	Absence    *string `json:"absence" codes:"not_judged|grade_not_found" doc:"Why there is no grade"`
	Confidence *string `json:"confidence" doc:"How well it is known, where that is not as the inspection's own"`
}

type areaRow struct {
	Reference    string  `json:"reference" key:"1" doc:"Names the area to improve"`
	Inspection   string  `json:"inspection" refers:"inspections.id" doc:"The inspection whose letter asks for it"`
	Number       string  `json:"number" doc:"Place in the letter's list"`
	Kind         string  `json:"kind" codes:"improvement|priority_action" doc:"Kind of area"`
	Words        string  `json:"words" doc:"What it asks for"`
	Wording      string  `json:"wording" codes:"verbatim|paraphrase" doc:"Whether the words are the letter's, or ours and not a quotation"`
	Gloss        *string `json:"in_plain_english" doc:"The same in our words"`
	FrameworkTag *string `json:"framework_tag" doc:"Part of the National framework that the letter names"`
	Responsible  *string `json:"responsible" doc:"Body addressed, as printed"`
	OwnPriority  bool    `json:"own_priority" doc:"Whether it is the council's own priority"`
	Shared       *string `json:"shared" doc:"Equal for one item that is printed in several letters"`
	Recorded     bool    `json:"progress_recorded" doc:"Whether any progress is recorded; if not, the columns after it do not say that nothing was done"`
	State        string  `json:"state" doc:"Formal state"`
	StateOn      Date    `json:"state_on" doc:"Day of that state"`
	Owner        *string `json:"owner" doc:"Post that owns it"`
	LeadBody     *string `json:"lead_body" refers:"bodies.id" doc:"Body that leads"`
	OriginalDue  Date    `json:"original_due" doc:"First day by which it was to be done"`
	Due          Date    `json:"due" doc:"Day by which it is to be done"`
	TimesMoved   int     `json:"times_moved" doc:"How often the day was moved"`
}

type areaThemeRow struct {
	Area  string `json:"area_to_improve" key:"1" refers:"areas_to_improve.reference" doc:"The area to improve"`
	Theme string `json:"theme" key:"1" refers:"themes.code" doc:"The theme"`
}

type findingRow struct {
	Inspection string  `json:"inspection" key:"1" refers:"inspections.id" doc:"The inspection"`
	Position   int     `json:"position" key:"1" doc:"Place among its findings"`
	Kind       string  `json:"kind" codes:"strength|concern|earlier_areas" doc:"Kind of finding"`
	Words      string  `json:"words" doc:"In our words, not a quotation"`
	Paragraph  *string `json:"paragraph" doc:"Paragraph of the letter"`
}

type responseRow struct {
	Inspection string  `json:"inspection" key:"1" refers:"inspections.id" doc:"The inspection"`
	Position   int     `json:"position" key:"1" doc:"Place among its responses"`
	Body       *string `json:"body" refers:"bodies.id" doc:"For whom it was said"`
	Role       string  `json:"role" doc:"In which role"`
	Name       *string `json:"name" doc:"Councillor or office-holder who is quoted in public"`
	Gist       string  `json:"gist" doc:"In our words, not a quotation"`
	On         Date    `json:"date" doc:"The day"`
	Source     *string `json:"source" refers:"sources.id" doc:"Where it stands"`
}

type viewRow struct {
	ID         string  `json:"id" key:"1" doc:"Names the view"`
	Area       string  `json:"area_to_improve" refers:"areas_to_improve.reference" doc:"The earlier area"`
	Inspection string  `json:"inspection" refers:"inspections.id" doc:"The inspection whose letter says it"`
	View       string  `json:"view" codes:"addressed|improving|still_weak|repeated|not_mentioned" doc:"What it says, in a word"`
	Paragraph  *string `json:"paragraph" doc:"Paragraph of the letter"`
	Page       *int    `json:"page_of_letter" doc:"Page of the letter"`
	Quote      *string `json:"quote" doc:"Word for word"`
	Gloss      *string `json:"gloss" doc:"In our words, not a quotation"`
	Repeated   *string `json:"repeated_as" refers:"areas_to_improve.reference" doc:"Later area that asks for it again"`
}

type citationRow struct {
	Kind       string  `json:"kind" key:"1" codes:"inspection|milestone" doc:"Kind of record"`
	Record     string  `json:"record" key:"1" doc:"What names the record"`
	Position   int     `json:"position" key:"1" doc:"Place among its sources"`
	Source     string  `json:"source" refers:"sources.id" doc:"The source"`
	Supports   *string `json:"supports" doc:"What it supports"`
	Confidence *string `json:"confidence" doc:"How well it knows"`
}

type gapRow struct {
	Number int    `json:"number" key:"1" doc:"Place in this table"`
	Kind   string `json:"kind" doc:"Kind of record"`
	Record string `json:"record" doc:"What names the record"`
	About  string `json:"about" doc:"What is missing"`
	Words  string `json:"words" doc:"What is not known"`
}

type milestoneRow struct {
	ID         string  `json:"id" key:"1" doc:"Names the milestone"`
	On         Date    `json:"date" doc:"Its day"`
	When       *string `json:"when" doc:"What the date alone cannot say"`
	Title      string  `json:"title" doc:"What happened"`
	Detail     *string `json:"detail" doc:"More about it, in our words"`
	Category   string  `json:"category" doc:"Code of its category"`
	Structural bool    `json:"structural" doc:"Whether it changed who is responsible"`
	Confidence string  `json:"confidence" doc:"How well it is known"`
}

type milestoneBodyRow struct {
	Milestone string `json:"milestone" key:"1" refers:"milestones.id" doc:"The milestone"`
	Body      string `json:"body" key:"1" refers:"bodies.id" doc:"Whom it concerns"`
}

type committeeRow struct {
	ID          string  `json:"id" key:"1" doc:"Names the committee"`
	Name        string  `json:"name" doc:"Its name"`
	Body        string  `json:"body" refers:"bodies.id" doc:"To which it belongs"`
	Decides     bool    `json:"decides" doc:"Whether it agrees new dates and closes areas"`
	Scrutinises bool    `json:"scrutinises" doc:"Whether it looks on"`
	From        Date    `json:"from" doc:"First day"`
	Until       Date    `json:"until" doc:"Last day"`
	Address     *string `json:"address" doc:"Where it is"`
}

type meetingRow struct {
	ID        string  `json:"id" key:"1" doc:"Names the meeting"`
	Committee string  `json:"committee" refers:"committees.id" doc:"The committee"`
	On        Date    `json:"date" doc:"The day"`
	Address   *string `json:"address" doc:"Where its papers are"`
}

type actionRow struct {
	ID             string  `json:"id" key:"1" doc:"Names the action"`
	Words          string  `json:"words" doc:"What is to be done"`
	State          string  `json:"state" codes:"planned|under_way|done|stopped" doc:"How far it is"`
	Owner          *string `json:"owner" doc:"Post that owns it"`
	LeadBody       *string `json:"lead_body" refers:"bodies.id" doc:"Body that leads"`
	SuccessMeasure *string `json:"success_measure" doc:"How one will see that it worked"`
	OriginalDue    Date    `json:"original_due" doc:"First day by which it was to be done"`
	Due            Date    `json:"due" doc:"Day by which it is to be done"`
	Recorded       Date    `json:"recorded" doc:"Day on which it was first recorded"`
}

type actionAreaRow struct {
	Action string `json:"action" key:"1" refers:"actions.id" doc:"The action"`
	Area   string `json:"area_to_improve" key:"1" refers:"areas_to_improve.reference" doc:"An area that it serves"`
}

type moveRow struct {
	Area      string  `json:"area_to_improve" key:"1" refers:"areas_to_improve.reference" doc:"The area to improve"`
	Number    int     `json:"number" key:"1" doc:"Place among what was done about it, from 1"`
	On        Date    `json:"date" doc:"Day on which it was done"`
	Recorded  Date    `json:"recorded" doc:"Day on which it was written down"`
	Kind      string  `json:"kind" doc:"What was done"`
	Words     *string `json:"words" doc:"Why, or what was said"`
	By        string  `json:"by" doc:"Post of whoever recorded it"`
	Due       Date    `json:"due" doc:"Day that was planned, asked for or agreed"`
	Committee *string `json:"committee" refers:"committees.id" doc:"Committee that decided"`
	Minute    *string `json:"minute" doc:"Reference of the minute"`
}

type updateRow struct {
	Number   int     `json:"number" key:"1" doc:"Place in this table"`
	Area     *string `json:"area_to_improve" refers:"areas_to_improve.reference" doc:"The area it is about"`
	Action   *string `json:"action" refers:"actions.id" doc:"The action it is about"`
	On       Date    `json:"date" doc:"Day of which it speaks"`
	Recorded Date    `json:"recorded" doc:"Day on which it was written down"`
	Words    string  `json:"words" doc:"What was said"`
	By       string  `json:"by" doc:"Post of whoever said it"`
}

type evidenceRow struct {
	ID      string  `json:"id" key:"1" doc:"Names the piece of evidence"`
	Area    string  `json:"area_to_improve" refers:"areas_to_improve.reference" doc:"The area it is about"`
	Title   string  `json:"title" doc:"What it is called"`
	Address *string `json:"address" doc:"Where it can be read"`
	SHA256  *string `json:"sha256" doc:"SHA-256 of its file"`
	On      Date    `json:"date" doc:"Its own day"`
	Expires Date    `json:"expires" doc:"Its last day"`
	State   string  `json:"state" doc:"How far its review is"`
	By      string  `json:"by" doc:"Post of whoever put it here"`
}

type questionRow struct {
	ID       string  `json:"id" key:"1" doc:"Names the question"`
	Body     *string `json:"body" refers:"bodies.id" doc:"Who is asked"`
	Area     *string `json:"area_to_improve" refers:"areas_to_improve.reference" doc:"The area it is about"`
	AskedBy  string  `json:"asked_by" doc:"Post of whoever asked"`
	Asked    Date    `json:"asked" doc:"Day on which it was asked"`
	AnswerBy Date    `json:"answer_by" doc:"Day by which an answer was promised"`
	Words    string  `json:"words" doc:"The question"`
}

type answerRow struct {
	Question string  `json:"question" key:"1" refers:"questions.id" doc:"The question"`
	Number   int     `json:"number" key:"1" doc:"Place among its answers, from 1"`
	On       Date    `json:"date" doc:"Day on which it came"`
	By       string  `json:"by" doc:"Post of whoever answered"`
	Words    string  `json:"words" doc:"The answer"`
	Address  *string `json:"address" doc:"Where it can be read"`
}
