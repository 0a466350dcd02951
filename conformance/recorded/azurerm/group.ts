/** A resource group as azurerm treats it: three looks of its own after a creation, its contents before a removal. */

import { Unaccepted } from '../answers.ts';
import { families } from './families.ts';
import { type Piece, readAs } from './resource.ts';
import type { Asked, Session } from './session.ts';

export const resourceGroup = (group: string): Piece => {
  const asked = (session: Session, method: string): Asked => ({
    method,
    family: families.groups,
    path: `${session.subscription}/resourceGroups/${group}`,
  });
  let revision = '1';
  const read = async (session: Session): Promise<void> => {
    const request = asked(session, 'GET');
    const answer = await session.expect(request, [200]);
    readAs(answer, request.path, ['location', 'tags.revision'], {
      location: 'japaneast',
      tags: { revision },
    });
  };
  return {
    name: group,
    needs: [],
    locks: [],
    create: async (session, clock) => {
      await session.expect(asked(session, 'GET'), [404]);
      const body = { location: 'japaneast', tags: { revision } };
      await session.expect({ ...asked(session, 'PUT'), body }, [200, 201]);
      for (const seconds of [10, 5, 5]) {
        clock.wait(seconds);
        await session.expect(asked(session, 'GET'), [200]);
      }
      await read(session);
    },
    refresh: read,
    update: async (session) => {
      revision = '2';
      await session.expect({ ...asked(session, 'PATCH'), body: { tags: { revision } } }, [200]);
      await read(session);
    },
    destroy: async (session, clock) => {
      clock.wait(10);
      const contents: Asked = {
        method: 'GET',
        family: families.groupContents,
        path: `${session.subscription}/resourceGroups/${group}/resources`,
        query: '%24expand=provisioningState&%24top=10',
      };
      const { json } = await session.expect(contents, [200]);
      if (!Array.isArray(json.value) || json.value.length > 0)
        throw new Unaccepted(`azurerm does not remove a group that holds ${JSON.stringify(json.value)}`);
      await session.expect(asked(session, 'DELETE'), [200, 202]);
      await session.gone({ ...asked(session, 'GET') }, clock);
    },
  };
};
