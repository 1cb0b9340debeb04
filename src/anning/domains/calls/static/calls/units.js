/** The unit board page. */
import { startBoard } from "./unit-board.js";

startBoard(document.getElementById("units"));
