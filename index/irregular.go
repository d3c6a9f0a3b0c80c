package index

import "strings"

// baseForm returns the form under which a folded word is stemmed: for an irregular form of an
// English verb or noun its base ("began" is "begin"), so that question and text meet. Forms that are
// common words of their own ("saw", "left", "found", "rose") stay as they are.
func baseForm(word, lang string) string {
	if isEnglish(lang) {
		if base, ok := irregularForms[word]; ok {
			return base
		}
	}
	return word
}

func isEnglish(lang string) bool { return lang == "en" || strings.HasPrefix(lang, "en-") }

// irregularForms holds base and irregular forms of English, from common knowledge of the language.
var irregularForms = formsOf(`arise arose arisen|awake awoke|beat beaten|become became|begin began begun|bend bent|bite bitten|blow blew blown|
	break broke broken|breed bred|bring brought|build built|burn burnt|buy bought|catch caught|choose chose chosen|come came|creep crept|deal dealt|
	dig dug|draw drew drawn|drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed|fight fought|flee fled|fly flew flown|
	forbid forbade forbidden|forget forgot forgotten|forgive forgave forgiven|freeze froze frozen|grow grew grown|hear heard|
	hide hid hidden|hold held|keep kept|know knew known|lead led|leap leapt|learn learnt|lend lent|lose lost|mean meant|meet met|mistake mistook mistaken|
	overcome overcame|overthrow overthrew overthrown|pay paid|ride rode ridden|ring rang rung|rise risen|run ran|seek sought|sell sold|send sent|
	shake shook shaken|shine shone|shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk|sleep slept|slide slid|speak spoke spoken|
	spend spent|spin spun|stand stood|steal stole stolen|strike struck|swear swore sworn|sweep swept|swim swam swum|swing swung|take took taken|
	teach taught|tear tore torn|tell told|think thought|throw threw thrown|undergo underwent undergone|understand understood|undertake undertook undertaken|
	wake woke woken|wear wore worn|weave woven|win won|withdraw withdrew withdrawn|withstand withstood|write wrote written|
	child children|man men|woman women|foot feet|tooth teeth|mouse mice|goose geese|wife wives|life lives|wolf wolves|thief thieves|leaf leaves|
	knife knives|half halves|bacterium bacteria|phenomenon phenomena|criterion criteria|die dying|lie lying|analysis analyses|crisis crises|thesis theses|hypothesis hypotheses|index indices|matrix matrices|vertex vertices|nucleus nuclei|fungus fungi`)

func formsOf(list string) map[string]string {
	m := map[string]string{}
	for entry := range strings.SplitSeq(list, "|") {
		forms := strings.Fields(entry)
		for _, form := range forms[1:] {
			m[form] = forms[0]
		}
	}
	return m
}
