import { PageView } from '../../../cli/station/page-view.ts';
import { openPage, type StationPage } from '../../../cli/station/page-server.ts';
import { fakeOffice, type FakeOffice } from '../../support/fake-office.ts';
import { portrait } from '../../support/installation.ts';
import { tryStation, type TriedStation, type TryOptions } from './kit.ts';

/** A station with its page, in this process. */
export interface OpenedPage {
  readonly office: FakeOffice;
  readonly station: TriedStation;
  readonly page: StationPage;
  readonly view: PageView;
  /** The counts of wrong codes of which the terminal was told. */
  readonly refused: readonly number[];
  close(): Promise<void>;
}

export async function openStationPage(
  language: 'es' | 'en' = 'es',
  { office = fakeOffice({ photo: portrait(), others: 3 }), ...options }: TryOptions & { office?: FakeOffice } = {},
): Promise<OpenedPage> {
  const station = await tryStation(office, options);
  const { board, queue } = station;
  const refused: number[] = [];
  const view = new PageView(board, queue, language);
  const page = await openPage({
    ...{ board, queue, view, office, language },
    stop: () => station.seats.stop(),
    refused: (times) => void refused.push(times),
  });
  return {
    ...{ office, station, page, view, refused },
    async close() {
      await page.close();
      await station.stop();
    },
  };
}
