import type { GalleryState } from '../../ui/gallery.ts';
import { serveSources } from './sources.ts';

/** The page on labs that play scripts, served from its sources. */
export interface Gallery {
  /** The address of one state. */
  url(state: GalleryState): string;
  close(): Promise<void>;
}

/** Serves `test/ui/gallery.html`. */
export async function serveGallery(): Promise<Gallery> {
  const { base, close } = await serveSources('test/ui/gallery.html');
  return { url: (state) => `${base}test/ui/gallery.html?${state}`, close };
}
