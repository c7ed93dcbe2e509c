"""From a text to a program: tokens, then postfix, and what to say when it is no formula."""
