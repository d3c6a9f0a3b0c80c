package corpus

// The abbreviations of each language, lower case and without their last full stop. A word that is
// common in its own right stands in a list only when its class keeps it harmless.

func commonAbbreviation(lower string) class {
	switch lower {
	case "mr", "mrs", "ms", "dr", "prof", "mme", "mlle", "messrs", "mx", "e.g", "i.e", "eg", "ie", "cf", "vs", "viz",
		"q.v", "resp":
		return title
	case "no", "nos", "nr", "nrs", "num", "núm", "n°", "nº", "n.º", "vol", "vols", "fig", "figs", "art", "arts":
		return numbered
	case "a.m", "p.m":
		return clock
	case "st", "ste", "inc", "ltd", "co", "corp", "llc", "cie", "bros", "jr", "sr", "al", "ca", "approx", "tel", "ed",
		"eds", "pp", "pag", "ibid", "op", "cit", "ph.d", "ft", "apr", "aug", "sept", "sep", "oct", "okt", "nov", "dec",
		"dez", "dept", "univ", "max", "min", "mio", "mrd":
		return shortened
	}
	return word
}

// nameAbbreviation holds those that are abbreviations only when they are capitalised, in most
// languages: ranks before a name, and months.
func nameAbbreviation(lower string) class {
	switch lower {
	case "rev", "gen", "sen", "gov", "col", "capt", "lt", "sgt", "adm", "cdr", "cmdr", "maj":
		return title
	case "jan", "feb":
		return shortened
	}
	return word
}

// englishNameAbbreviation holds those of English: ranks, days, months, states and parts of streets.
func englishNameAbbreviation(lower string) class {
	switch lower {
	case "hon", "sens", "reps", "gens", "cpt", "cpl", "pvt", "rep", "pres", "supt", "fr", "msgr", "ald", "atty", "amb",
		"insp", "det", "mt", "brig", "comdr", "ens", "pfc", "sfc":
		return title
	case "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "mar", "jun", "jul", "bldg", "blvd",
		"ave", "rd", "hwy", "pkwy", "sq", "est", "fl", "ariz", "calif", "colo", "conn", "del", "fla", "ga", "ill", "ind",
		"kan", "ky", "la", "mass", "md", "mich", "minn", "miss", "mo", "mont", "neb", "nev", "okla", "ore", "pa", "penn",
		"tenn", "tex", "vt", "va", "wash", "wis", "wyo", "ont", "que", "alta", "vic", "mts":
		return shortened
	}
	return word
}

func englishAbbreviation(lower string) class {
	switch lower {
	case "drs", "profs", "vice-adm", "esp", "incl", "excl":
		return title
	case "ch", "chap", "sec", "secs", "para", "pars", "app", "ser", "rm", "apt", "ste", "eq", "eqs", "eqn", "sect",
		"suppl", "ref", "refs", "ex", "tab", "pl", "p":
		return numbered
	case "assn", "assoc", "ft", "mfg", "mfr", "intl", "natl", "govt", "esq", "dist", "misc", "sp", "spp", "var",
		"subsp", "d.c", "abbr", "n.b":
		return shortened
	}
	return word
}

func germanAbbreviation(lower string) class {
	switch lower {
	case "hr", "fr", "frl", "frh", "hl", "dipl", "ing", "bgm", "z.b", "d.h", "i.d.r", "u.u", "m.e", "s.o", "s.u", "o.g",
		"u.a.m", "z.t", "i.a", "v.a", "sog", "bzw", "ggf", "evtl", "bspw", "inkl", "exkl", "zzgl", "abzgl", "vgl", "insb",
		"insbes", "gem", "lt", "einschl", "geb", "gest", "verh", "röm", "kath", "ev", "evang", "griech", "dt", "engl",
		"franz", "frz", "ital", "lat", "russ", "span", "türk", "urspr", "eigtl", "allg", "bes", "ehem", "st":
		return title
	case "abs", "abschn", "abb", "anm", "kap", "bd", "bde", "hrsg", "s", "str", "ziff", "ziffer", "tab", "art", "az",
		"ber", "hz":
		return numbered
	case "u.a", "o.ä", "u.ä", "usw", "usf", "uvm", "u.v.m", "jh", "jhd", "jhdt", "chr", "n.chr", "v.chr", "mio", "mrd",
		"mill", "std", "sek", "tsd", "ges", "gmbh", "mär", "jän", "wiss", "univ", "aufl", "jg", "nachm", "vorm", "mwst",
		"zus", "ca":
		return shortened
	}
	return word
}

func frenchAbbreviation(lower string) class {
	switch lower {
	case "m", "mm", "mgr", "me", "pr", "p.ex", "c.-à-d", "càd", "c.a.d", "av", "env", "ste", "ap":
		return title
	case "chap", "fasc", "p", "art", "al", "éd", "t", "par", "r":
		return numbered
	case "janv", "févr", "fév", "avr", "juil", "sept", "oct", "nov", "déc", "j.-c", "apr", "bd", "boul", "hab", "coll",
		"dir", "trad", "suiv", "sq", "fig", "ill", "s.a", "s.a.r.l":
		return shortened
	}
	return word
}

func southernAbbreviation(lower string) class {
	switch lower {
	case "sr", "sra", "srta", "sres", "sras", "dra", "drª", "dª", "d", "dña", "lic", "gral", "cnel", "ud", "uds", "vd",
		"vds", "fr", "sto", "sta", "mons", "pbro", "p.ej", "ej", "ing", "arq", "av", "avda", "exmo", "exma", "ilmo",
		"ilma", "eng", "engª", "profª", "profa", "dott", "dott.ssa", "sig", "sigg", "sig.ra", "sig.na", "on", "avv", "rag",
		"geom", "s.s", "cap", "ten", "gen", "col", "mag", "p.es", "cfr":
		return title
	case "pág", "págs", "pp", "p", "núm", "art", "inc", "c", "fasc", "tav", "par", "caps", "lib", "ref":
		return numbered
	case "ee.uu", "a.c", "d.c", "a.c.n", "s.a", "s.l", "ltda", "cía", "dto", "dpto", "depto", "tel", "ecc", "secc",
		"ed", "aprox", "ene", "abr", "ago", "set", "dic", "fev", "out", "febbr", "apr", "lug", "ott", "séc", "sec", "av.c",
		"hab":
		return shortened
	}
	return word
}

func northernAbbreviation(lower string) class {
	switch lower {
	case "dhr", "mevr", "mw", "drs", "ir", "mr", "ds", "prof", "bijv", "bv", "d.w.z", "dwz", "t.o.v", "m.b.t", "o.a",
		"t.a.v", "resp", "incl", "excl", "evt", "zgn", "hr", "fru", "f.eks", "feks", "bl.a", "t.ex", "dvs", "d.v.s", "s.k",
		"ca", "jf", "jfr", "ifølge", "kl", "m.fl":
		return title
	case "blz", "afb", "hfst", "nr", "art", "lid", "pag", "tab", "s", "sid", "stk", "kap":
		return numbered
	case "enz", "e.d", "e.a", "b.v", "n.v", "v.chr", "n.chr", "osv", "o.s.v", "m.m", "m.v", "f.kr", "e.kr", "f.v.t",
		"mln", "mld", "jan", "febr", "mrt", "aug", "okt", "gem", "afd", "tel", "mia", "mio":
		return shortened
	}
	return word
}

func cyrillicAbbreviation(lower string) class {
	switch lower {
	case "г", "гг", "ул", "пр", "просп", "пер", "пл", "д", "проф", "акад", "доц", "д-р", "св", "гр", "тов", "ген",
		"полк", "кап", "т.е", "т.н", "т.к", "напр", "см", "ср", "т.зв", "ок", "обл", "р-н", "пос", "дер", "рис", "табл",
		"стр", "гл":
		return title
	case "с", "ст", "п", "пп", "ч", "т", "тт", "кн", "вып", "изд", "№":
		return numbered
	case "им", "т.д", "т.п", "др", "в", "вв", "н.э", "тыс", "млн", "млрд", "трлн", "руб", "коп",
		"долл", "чел", "кв", "мин", "сек", "янв", "фев", "апр", "авг", "сент", "окт", "нояб", "дек", "рр", "р", "грн",
		"яз", "лат", "англ", "нем", "фр", "греч":
		return shortened
	}
	return word
}

// easternAbbreviation holds those of Hindi, with the names of the Latin letters, and of Arabic.
func easternAbbreviation(lower string) class {
	switch lower {
	case "के", "पी", "बी", "सी", "डी", "ई", "जी", "जे", "टी", "वी", "यू", "ए", "ओ", "एस", "एम", "एन", "एल", "एच", "आर",
		"डॉ", "डा", "प्रो", "श्री", "कु", "सु", "पं", "मो", "रु", "सं", "क्र", "ई.पू", "د", "أ", "أ.د", "م", "ص", "ج",
		"ق.م", "هـ", "ت":
		return title
	}
	return word
}

// furtherAbbreviation holds those of languages without a list of their own that stand before names:
// Polish, Czech, Turkish, Finnish, Romanian, Indonesian and Vietnamese.
func furtherAbbreviation(lower string) class {
	switch lower {
	case "np", "tzw", "tzn", "m.in", "ul", "gen", "ks", "św", "inż", "mgr", "płk", "tzv", "např", "tj", "bkz", "örn",
		"yrd", "doç", "esim", "ns", "nk", "str", "bd", "jl", "tp", "ts", "ths", "gs", "pgs":
		return title
	case "vb", "vs", "yy", "itd", "itp", "dll", "dsb", "mm", "jne", "apod", "atd", "m.ö", "m.s", "i.hr", "d.hr", "sk",
		"tlp":
		return shortened
	}
	return word
}
