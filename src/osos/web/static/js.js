/* Is there a script at all? Loaded in the head, so that nothing moves when the others arrive. */
document.documentElement.classList.add("js");
