/** Text for an XML or HTML text node or quoted attribute; characters that XML 1.0 has no place for become U+FFFD. */
export function escapeXml(text: string): string {
	return text
		.replace(
			/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
			"\ufffd",
		)
		.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
