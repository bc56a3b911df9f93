/** @typedef {{ readonly path: string, readonly text: string }} SourceFile a file that apt reads its sources from */

/**
 * The file that adds Debian's backports, from the mirror that the machine already uses.
 *
 * @param {readonly SourceFile[]} files the machine's sources
 * @param {string} codename of the release, such as `bookworm`
 * @returns {SourceFile | 'present' | undefined} undefined if no source names this release
 */
export function backportsSource(files, codename) {
  const suite = `${codename}-backports`;
  const entries = files.flatMap(({ path, text }) =>
    path.endsWith('.sources') ? stanzas(text, codename) : lines(text, codename),
  );
  if (entries.some(({ suites }) => suites.includes(suite))) return 'present';
  const main = entries.find(({ suites }) => suites.includes(codename));
  if (!main) return undefined;
  return { path: `/etc/apt/sources.list.d/${suite}.${main.kind}`, text: main.as(suite) };
}

/**
 * @typedef {object} Entry
 * @property {'sources' | 'list'} kind
 * @property {readonly string[]} suites
 * @property {(suite: string) => string} as the same source for another suite
 */

/**
 * Sources in the deb822 form: fields of a line each, stanzas apart by empty lines.
 *
 * @param {string} text
 * @param {string} codename
 * @returns {Entry[]}
 */
function stanzas(text, codename) {
  const bare = text.replaceAll(/^#.*\n?/gm, '');
  return bare.split(/\n[ \t]*\n/).flatMap((stanza) => {
    const suites = /^Suites:(.*)$/im.exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    if (!/^Types:.*\bdeb\b/im.test(stanza) || /^Enabled:\s*no/im.test(stanza)) return [];
    const as = (/** @type {string} */ suite) =>
      `${stanza.trim().replace(/^Suites:.*$/im, `Suites: ${suite}`)}\n`;
    return suites.some((suite) => suite.startsWith(codename)) ? [{ kind: 'sources', suites, as }] : [];
  });
}

/**
 * Sources of one line each: `deb [options] address suite component…`.
 *
 * @param {string} text
 * @param {string} codename
 * @returns {Entry[]}
 */
function lines(text, codename) {
  return text.split('\n').flatMap((line) => {
    const [, head, found, tail] = /^(deb\s+(?:\[[^\]]*\]\s+)?\S+\s+)(\S+)(\s.*)$/.exec(line.trim()) ?? [];
    if (!head || !found?.startsWith(codename)) return [];
    return [{ kind: 'list', suites: [found], as: (suite) => `${head}${suite}${tail}\n` }];
  });
}
