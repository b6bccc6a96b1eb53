// @ts-check
// Does this look like an emergency? Asked only while the server can't be reached, to say 999 without it. Generous on
// purpose: a needless '999' costs a line on the screen, a missing one may cost a life. So whatever isn't plainly an
// ordinary question counts, in any language, once the line has failed; where danger is named, 999 is said after three
// seconds without an answer. Where the server answers, its own far more careful check decides.

// How ordinary questions begin, in English and Welsh, and what only they are about.
const ORDINARY = /^((what|who|how|when|where)s?|why|which|can|could|do|does|is|are|will|would|should|tell me|and|hi|hello|hey|thanks?|yes|no|ok|bye|my force|beth|pwy|sut|ble|all)\b|pcso|appl[iy]|recruit|job|salary|uniform|powers|vetting/;

// Danger, by beginnings of words: violence, intruders; body and mind; fire, water, road, rail;
// people who can't be found; calls for help.
const DANGER = new RegExp("\\b(" +
  "stab|kni[fv]|blade|machete|gun|shot|shoot|acid|bomb|explo|hostage|kidnap|att?ack|beat|punch|kick|hitt?|hurt|fight|strangl|chok|rap[ei]|threat|kill|murder|stalk|following|after (me|us|him|her)|chas|" +
  "breaking|broke|burgl|intrud|smash|outside (my|our)|in (my|our)|let me|locked|trap|ble+d|blood|breath|(un)?consc|collaps|faint|seizure|fitting|stroke|heart|chest|overdos|pills|poison|moving|wake|dying|die|dead|suicid|end it|my life|harm|jump|" +
  "fire|burn|smok|smell|crash|run over|knocked|drown|river|bridge|roof|track|ledge|missing|lost|find my|took|taken|help|quick|hurry|urgent|emerg|999|scared|terrif|fright|danger|safe|hid|cant (talk|speak)|please|now|come|cyllell|gwaed|lladd)");

/**
 * @param {string} text what the person wrote
 * @returns {0|1|2} 2 where danger is named, 1 where it isn't plainly an ordinary question
 */
export function alarm(text) {
  // Without accents and apostrophes, and 'heeelp' as 'help' (but 999 as 999).
  const plain = text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f'’]/g, "").replace(/(\p{L})\1{2,}/gu, "$1").trim();
  return DANGER.test(plain) ? 2 : ORDINARY.test(plain) ? 0 : 1;
}
