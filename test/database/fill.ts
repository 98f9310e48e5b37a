export { fillTables } from "../../src/database/fill/fill";
