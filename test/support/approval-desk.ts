import type { Caller } from '../../src/access/rule.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import type { Approval, ApprovalId } from '../../src/approval/approval.ts';
import { challengeFor } from '../../src/approval/ask.ts';
import { authorise, decline } from '../../src/approval/authorise.ts';
import type { ApprovalOfficeDeps, Perform } from '../../src/approval/office.ts';
import { requestActs } from '../../src/approval/request.ts';
import { settleApproval, type Settled } from '../../src/approval/settle.ts';
import type { KeptAnswer } from '../../src/approval/store.ts';
import { toBase64Url } from '../../src/core/base64.ts';
import { fromUtf8, utf8 } from '../../src/core/bytes.ts';
import type { Services } from '../../src/services.ts';
import { type Person, ProductionOffice, RP_ID, somebody } from './production-office.ts';

type Registration = Parameters<Services['registerOfficial']>[0]['input'];

/** What is asked for at the desk, as its body says it. */
export type Wish =
  | { readonly register: Registration }
  | { readonly issueTo: string; readonly key: string }
  | { readonly enrol: Parameters<Services['access']['enrolPasskey']>[0]['person']; readonly as: string }
  | { readonly end: string };

export function answerOf(said: unknown): KeptAnswer {
  return { status: 200, contentType: 'application/json', body: utf8(JSON.stringify(said)) };
}

export function said(answer: KeptAnswer | undefined): unknown {
  return answer && JSON.parse(fromUtf8(answer.body)!);
}

/** Requests over a production installation that wait for people, without the rim. */
export class ApprovalDesk {
  readonly office: ProductionOffice;
  /** Stops the service, so to speak, at this point of the work. */
  breakAt: 'before' | 'after' | undefined;
  done = 0;
  readonly #newcomer = somebody('Nueva Persona');

  constructor(office: ProductionOffice) {
    this.office = office;
  }

  get deps(): ApprovalOfficeDeps {
    return this.office.services.approvals;
  }

  get perform(): Perform {
    const { services } = this.office;
    return {
      again: async (_, body) => {
        if (this.breakAt === 'before') throw new Error('stopped before');
        const answer = answerOf(await this.#wish(JSON.parse(fromUtf8(body)!) as Wish));
        this.done++;
        if (this.breakAt === 'after') throw new Error('stopped after');
        return answer;
      },
      sign: async ({ letter, sealText }) => {
        const { oficio } = await services.signWaiting(letter as never, sealText);
        return answerOf({ folio: oficio.folio, state: oficio.state });
      },
      together: (results) => answerOf(results.map(({ status }) => status)),
      waits: ({ id }) => answerOf({ waits: id }),
    };
  }

  #wish(wish: Wish): Promise<unknown> {
    const { services } = this.office;
    if ('register' in wish)
      return services.registerOfficial({ input: wish.register }).then(({ id, name }) => ({ id, name }));
    if ('enrol' in wish) {
      const { spki: key, id: credentialId } = this.#newcomer.passkey.passkeys[0]!;
      const enrolment = { person: wish.enrol, name: 'Nueva Persona', official: wish.as as never, key, credentialId };
      return services.access.enrolPasskey(enrolment).then(({ id }) => ({ id }));
    }
    if ('end' in wish)
      return services.endOfficial({ id: wish.end as never, reason: 'resigned' }).then(({ id }) => ({ id }));
    const request = { officialId: wish.issueTo, kind: 'signer', days: 300, idempotencyKey: wish.key } as const;
    return services.issueCredential(request).then(({ serial, state }) => ({ serial, state }));
  }

  async ask(by: Person, wish: Wish): Promise<Approval> {
    const body = utf8(JSON.stringify(wish));
    const request = { method: 'POST', path: '/wish', contentType: 'application/json' };
    const outcome = await requestActs(this.deps, await this.office.callerOf(by), { request, body }, () =>
      this.perform.again(request, body),
    );
    if ('done' in outcome) throw new Error('it waited for nobody');
    return outcome.approval;
  }

  /** What the passkey of `who` says over it. */
  signs({ pending }: Approval, who: Person): Parameters<typeof authorise>[2]['answered'] {
    const challenge = toBase64Url(challengeFor(pending, nodePrimitives));
    return who.passkey.get({ challenge, rpId: RP_ID }).assertion;
  }

  async give(
    approval: Approval,
    who: Person,
    answered: ReturnType<ApprovalDesk['signs']> = this.signs(approval, who),
    as?: Caller,
  ): Promise<Settled> {
    const caller = as ?? (await this.office.callerOf(who));
    return authorise(this.deps, this.perform, { id: approval.id, caller, answered });
  }

  async decline({ id }: Approval, who: Person, why = 'no procede'): Promise<Approval> {
    return decline(this.deps, this.perform, { id, caller: await this.office.callerOf(who), why });
  }

  look(id: ApprovalId): Promise<Settled> {
    return settleApproval(this.deps, this.perform, id);
  }

  size(): Promise<number> {
    return this.office.services.log.size();
  }
}
