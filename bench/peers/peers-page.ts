import { PEER_COLUMNS, PEER_NOTES, peerCells } from './row-wording.ts';
import type { PeerRow, PeersOptions, PeersRecord } from './peers-record.ts';
import type { PeersSurroundings } from './run-peers.ts';

/** Runs peers and tells of it. */
export type StartPeers = (
  options: PeersOptions,
  listener: Pick<PeersSurroundings, 'signal' | 'tell' | 'onRow'>,
) => Promise<PeersRecord>;

/** Makes the form run peers and fills the table as rows come in. */
export function showPeers(page: Document, start: StartPeers): void {
  const form = find(page, 'form', HTMLFormElement);
  const status = find(page, '#status', HTMLElement);
  const run = find(page, 'form button:not([name])', HTMLButtonElement);
  const stop = find(page, 'button[name=stop]', HTMLButtonElement);
  const body = find(page, 'tbody', HTMLTableSectionElement);
  fillHead(page);
  let running = new AbortController();
  const tell = (text: string): void => {
    status.textContent = text;
  };
  const runOnce = async (): Promise<void> => {
    running = new AbortController();
    const { signal } = running;
    body.replaceChildren();
    run.disabled = true;
    stop.hidden = false;
    try {
      const onRow = (row: PeerRow): void => {
        body.append(tableRow(page, row));
      };
      const { rows } = await start(readForm(new FormData(form)), { signal, tell, onRow });
      tell(`Done: ${rows.length} rows.`);
    } catch (cause) {
      tell(signal.aborted ? 'Stopped.' : cause instanceof Error ? cause.message : String(cause));
    } finally {
      run.disabled = false;
      stop.hidden = true;
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void runOnce();
  });
  stop.addEventListener('click', () => {
    running.abort(new Error('stopped'));
  });
}

/**
 * What a form asks for; the seed is 1.
 *
 * @throws RangeError naming a field that has no whole numbers above 0.
 */
export function readForm(data: FormData): PeersOptions {
  const text = (name: string): string => {
    const value = data.get(name);
    return typeof value === 'string' ? value : '';
  };
  const numbers = (name: string): number[] =>
    text(name)
      .split(',')
      .map((word) => {
        if (/^\s*[1-9]\d*\s*$/.test(word)) return Number(word);
        throw new RangeError(
          `${name} is "${text(name)}": it must be whole numbers above 0, with commas between.`,
        );
      });
  return {
    m: numbers('m'),
    n: numbers('n')[0]!,
    k: numbers('k')[0]!,
    format: text('format'),
    groups: numbers('groups'),
    activations: [text('activations') === 'f16' ? 'f16' : 'f32'],
    rounds: numbers('rounds')[0]!,
    seed: 1,
    adapter: 'auto',
  };
}

function fillHead(page: Document): void {
  const row = page.createElement('tr');
  row.append(
    ...PEER_COLUMNS.map((title) => {
      const cell = page.createElement('th');
      cell.scope = 'col';
      cell.textContent = title || 'what it is';
      return cell;
    }),
  );
  find(page, 'thead', HTMLTableSectionElement).append(row);
  find(page, 'caption', HTMLElement).textContent = 'A row for each product and library';
  const notes = PEER_NOTES.map((note) => {
    const item = page.createElement('li');
    item.textContent = note;
    return item;
  });
  find(page, '#notes', HTMLElement).append(...notes);
}

function tableRow(page: Document, row: PeerRow): HTMLTableRowElement {
  const line = page.createElement('tr');
  line.classList.toggle('wrong', row.status.endsWith('-wrong') || row.status.endsWith('-failed'));
  line.append(
    ...peerCells(row).map((text) => {
      const cell = page.createElement('td');
      cell.textContent = text;
      return cell;
    }),
  );
  return line;
}

/** @throws Error where the page lacks the element: then page and script do not belong together. */
function find<T extends Element>(page: Document, selector: string, type: abstract new () => T): T {
  const found = page.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`the page has no ${selector}`);
  return found;
}
