package corpus

import (
	"strings"
	"testing"
)

func TestDetectLanguage(t *testing.T) {
	cases := []struct{ want, text string }{
		{"en", "The bakery opens at six in the morning and closes when the last loaf is sold."},
		{"de", "Die Bäckerei öffnet um sechs Uhr morgens und schließt, wenn das letzte Brot verkauft ist."},
		{"fr", "La boulangerie ouvre à six heures du matin et ferme quand le dernier pain est vendu."},
		{"es", "La panadería abre a las seis de la mañana y cierra cuando se vende el último pan."},
		{"it", "Il panificio apre alle sei del mattino e chiude quando viene venduta l'ultima pagnotta."},
		{"pt", "A padaria abre às seis da manhã e fecha quando o último pão é vendido, o que acontece cedo."},
		{"nl", "De bakkerij gaat om zes uur 's ochtends open en sluit als het laatste brood verkocht is."},
		{"ru", "Пекарня открывается в шесть утра и закрывается, когда продан последний хлеб."},
		{"zh", "面包店早上六点开门，卖完最后一个面包就关门。"},
		{"ja", "パン屋は朝六時に開き、最後のパンが売れると閉まります。"},
		{"ko", "빵집은 아침 여섯 시에 열고 마지막 빵이 팔리면 닫습니다."},
		{"ar", "يفتح المخبز في السادسة صباحا ويغلق عندما يباع آخر رغيف من الخبز."},
		{"hi", "बेकरी सुबह छह बजे खुलती है और आखिरी रोटी बिकने पर बंद हो जाती है। दोपहर के बाद वहाँ कोई नहीं मिलता।"},
		{"el", "Ο φούρνος ανοίγει στις έξι το πρωί."},
		{"he", "המאפייה נפתחת בשש בבוקר."},
		{"th", "ร้านเบเกอรี่เปิดตอนหกโมงเช้า"},
		{"", ""},
		{"", "12345 67890 +-*/ 99"},
		{"", "vpn wifi"},
		{"", "xq zzkw brrt mfpl dkwq xzvw bbtr lkjh ghtf mnbv cxzq"},
	}
	for _, c := range cases {
		if got := DetectLanguage(c.text); got != c.want {
			t.Errorf("DetectLanguage(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// TestDetectLanguageShort reads notes of few words, most of them names: no language is better than a
// wrong one.
func TestDetectLanguageShort(t *testing.T) {
	cases := []struct{ want, text string }{
		{"en", "Use the blue bins for paper and the yellow ones for plastic."},
		{"en", "Lunch is served from noon until two; vegetarian dishes are marked green."},
		{"de", "Papier kommt in die blaue Tonne, Plastik in die gelbe, und Glas bleibt hier."},
		{"es", "Reinicie el servicio después de cambiar la configuración."},
		{"", "SSH keys expire after ninety days.\n\nQuarterly results presentation"},
		{"", "Meeting minutes 12 March 2026: Anna, Ben, Carlos, Dora attended."},
		{"", "Annual budget planning: marketing, sales, engineering, legal"},
		{"", "Grandmaster Flash, Roger Troutman, Afrika Bambaataa, Run DMC, Mac Dre, Public Enemy"},
		{"", "Across the 1,000 km wide Drake Passage lie mountains"},
		{"", "Most cardiovascular disease affects older adults."},
		{"", "Travel policy"},
		{"", "Reisekostenrichtlinie"},
		{"", "Solicitud de vacaciones"},
	}
	for _, c := range cases {
		if got := DetectLanguage(c.text); got != c.want && (c.want != "" || got != "en") {
			t.Errorf("DetectLanguage(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// TestDetectLanguageOfSentences detects the language of the single sentences of the judged sets. Of
// those with 40 to 199 letters at most 1 in 400 may be taken for another language, and at most 6 in
// 100 left undecided.
func TestDetectLanguageOfSentences(t *testing.T) {
	for set, lang := range map[string]string{"squad2": "en", "squadshifts-wiki": "en", "xquad-de": "de", "xquad-es": "es"} {
		all, none, wrong := 0, 0, 0
		for _, doc := range documents(t, set, lang) {
			for _, sentence := range splitTexts(doc.text, lang) {
				if n := countScripts(sentence).letters; n < minLetters || n >= 200 {
					continue
				}
				all++
				switch DetectLanguage(sentence) {
				case lang:
				case "":
					none++
				default:
					wrong++
				}
			}
		}
		if t.Logf("%s: %d sentences, %d undecided, %d wrong", set, all, none, wrong); 100*none > 6*all || 400*wrong > all {
			t.Errorf("%s: too many undecided or wrong", set)
		}
	}
}

// TestDetectLanguageLong detects the language of long texts, with a beginning of another kind too.
func TestDetectLanguageLong(t *testing.T) {
	cases := []struct{ name, want, text string }{
		{"article", "en", macronPutinCall},
		{"article many times", "en", strings.Repeat(macronPutinCall, 100)},
		{"after a table", "en", strings.Repeat("a1;b2;c3\n", 60) + macronPutinCall},
		{"after Chinese", "en", strings.Repeat("語", 200) + macronPutinCall},
		{"before Chinese", "zh", macronPutinCall + strings.Repeat("語", 10_000)},
		{"invalid", "", strings.Repeat("\xff", 10_000)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := DetectLanguage(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestDetectLanguageOfArticles detects the language of every article of the judged sets.
func TestDetectLanguageOfArticles(t *testing.T) {
	for set, lang := range map[string]string{"squad2": "en", "squadshifts-wiki": "en", "xquad-de": "de", "xquad-es": "es", "xquad-zh": "zh"} {
		for name, doc := range documents(t, set, lang) {
			if got := DetectLanguage(doc.text); got != lang {
				t.Errorf("%s/%s: got %q, want %q", set, name, got, lang)
			}
		}
	}
}
