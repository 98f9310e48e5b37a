import { accessibilityTests } from "./panel/accessibility";
import { withPanel } from "./panel/harness";
import { keyboardTests } from "./panel/keyboard";
import { mouseTests } from "./panel/mouse";
import { pictureTests } from "./panel/picture";
import { proofTests } from "./panel/proof";
import { statesTests } from "./panel/states";

// One file, so that one browser runs at a time.
withPanel();
pictureTests();
mouseTests();
keyboardTests();
statesTests();
proofTests();
accessibilityTests();
