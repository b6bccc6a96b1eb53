"""What `redact` leaves, 'my name is [name]', tells nothing of what is asked, and its words mislead: it is blanked for reading."""

from __future__ import annotations

import re

_PLACEHOLDER = (r"\[(?:name|phone number|email|address|date of birth|number plate|national insurance number|card number|sort code|"
                r"account number|security code|nhs number|passport number|driving licence number|link)\]")
# Words that only announce what was taken out. What somebody asks for stays: 'ring me on [phone number]' keeps 'ring me'.
_LABEL = (r"(?:(?:i am|i'?m|im|this is|it'?s)(?: called)?|(?:my |me |our |his |her |the |full |first |last |sur|fore){0,6}names?"
          r"|(?:date of birth|d\.?o\.?b\.?|born)|(?:national insurance|ni|nino|n\.i\.)"
          r"|(?:(?:my |our |his |her |the )?(?:tel|telephone|phone|number|mobile|mob|landline|home|work|contact|e-?mail|mail|address|card|"
          r"reg(?:istration)?|(?:number )?plate|passport|nhs|link)))"
          r"(?: (?:number|no|nr|address|is|was|are|on|at|of|mr|mrs|ms|miss|dr|sir)){0,6}(?:'s)?[ .:=,-]{0,3}")
_REMAINS = re.compile(rf"(?:\b(?:(?:and|&) )?\b{_LABEL})?{_PLACEHOLDER}[,;]?", re.IGNORECASE)
_GREETING = re.compile(r"(?:hi|hello|hey|hiya|and|please|thanks|thank you|\W)*", re.IGNORECASE)


def blanked(text: str) -> str:
    """The text with blanks where such remains stand, as long as before; the same text where nothing else is said.

    >>> blanked("hi my name is [name], can they search me?")
    'hi                   can they search me?'
    """
    if "[" not in text:
        return text
    result = _REMAINS.sub(lambda match: " " * len(match.group()), text)
    return text if _GREETING.fullmatch(result) else result
