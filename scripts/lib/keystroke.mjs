/**
 * Has a page note when a key was last pressed, in milliseconds on a clock that all pages share.
 * @param {import("playwright-core").Page} page
 */
export function noteKeys(page) {
	return page.evaluate(() =>
		addEventListener(
			"keydown",
			() => Object.assign(window, { lastKey: performance.timeOrigin + performance.now() }),
			true,
		),
	);
}

/**
 * Presses a key, and gives the milliseconds from then until the panel counts so many tables: its headline is drawn together with
 * them, wherever a new one stands.
 * @param {import("playwright-core").Page} page where `noteKeys` was called
 * @param {import("playwright-core").Frame} panel
 * @param {string} key
 * @param {number} tables
 * @returns {Promise<number>}
 */
export async function keystrokeToPicture(page, panel, key, tables) {
	const drawn = panel.evaluate(
		(count) =>
			new Promise((done) => {
				const look = () => {
					const words = document.querySelector(".verdict-line")?.textContent?.replaceAll(/(?<=\d)[\s,.](?=\d)/g, "");
					if (words?.includes(`of ${count} tables`)) done(performance.timeOrigin + performance.now());
					else requestAnimationFrame(look);
				};
				look();
			}),
		tables,
	);
	await page.keyboard.type(key);
	const pressed = await page.evaluate(() => /** @type {any} */ (window).lastKey);
	return Number(await drawn) - pressed;
}
