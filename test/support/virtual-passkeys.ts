import type { CDPSession, Page } from 'playwright-core';
import type { RegistrationResponse } from '../../src/access/registration.ts';
import { browse } from './chromium.ts';

/** Chromium with an authenticator that its developers' protocol makes, at a page of `origin` that has nothing on it. */
export interface VirtualPasskeys {
  readonly version: string;
  create(options: object): Promise<RegistrationResponse>;
  get(options: object): Promise<AuthenticationResponseJSON>;
  /** Whether the person at the device lets themselves be verified from now on. */
  setVerified(isUserVerified: boolean): Promise<void>;
}

export interface VirtualDevice {
  /** Its passkeys are synced. */
  readonly isBackedUp?: boolean;
}

async function plugIn(protocol: CDPSession, { isBackedUp = false }: VirtualDevice): Promise<string> {
  await protocol.send('WebAuthn.enable');
  const { authenticatorId } = await protocol.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      defaultBackupEligibility: isBackedUp,
      defaultBackupState: isBackedUp,
    },
  });
  return authenticatorId;
}

/** What `navigator.credentials` answers, as its own `toJSON` writes it. */
async function ask<T>(page: Page, act: 'create' | 'get', options: object): Promise<T> {
  const parse = act === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON';
  const publicKey = `PublicKeyCredential.${parse}(${JSON.stringify(options)})`;
  return (await page.evaluate(
    `navigator.credentials.${act}({ publicKey: ${publicKey} }).then((made) => made.toJSON())`,
  )) as T;
}

/** Runs `use` with the browser at `origin`, which nobody has to serve: no request leaves it. */
export async function withVirtualPasskeys(
  origin: string,
  device: VirtualDevice,
  use: (passkeys: VirtualPasskeys) => Promise<void>,
): Promise<void> {
  const app = await browse({ fetch: () => new Response() });
  try {
    await app.inTab(
      async (page) => {
        await page.route('**', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><p>.</p>' }));
        await page.goto(origin);
        const protocol = await page.context().newCDPSession(page);
        const authenticatorId = await plugIn(protocol, device);
        await use({
          version: page.context().browser()!.version(),
          create: (options) => ask(page, 'create', options),
          get: (options) => ask(page, 'get', options),
          async setVerified(isUserVerified) {
            await protocol.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
          },
        });
      },
      { javaScriptEnabled: true },
    );
  } finally {
    await app.close();
  }
}
