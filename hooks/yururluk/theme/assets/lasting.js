// On a lasting address: leads on to the text in force at once, with the clause that was asked for.
"use strict";

location.replace(document.currentScript.dataset.to + location.search + location.hash);
