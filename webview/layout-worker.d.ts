/** The code of src/layout/worker.ts with everything in it, as a string; the build makes it. */
declare module "layout-worker" {
	const source: string;
	export default source;
}
