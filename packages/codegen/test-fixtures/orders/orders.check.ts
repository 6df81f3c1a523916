// Compiled by a test: declared errors are a union that `declared` tells apart.
import type { OrdersClient, PlaceFailure } from './generated/orders.client.ts';
import type { PlaceOutOfStockData } from './generated/orders.types.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : { missing: B }) : { found: A };

/** What is left of the union when `declared` is known. */
type Narrowed<N> = Extract<PlaceFailure, { readonly declared: N }>;

type Returned = Awaited<ReturnType<OrdersClient['safe']['place']>>;

type Failed = Extract<Returned, { readonly ok: false }>['error'];

type Right = [
  Same<PlaceFailure['declared'], 'OUT_OF_STOCK' | 'CLOSED' | undefined>,
  Same<Narrowed<'OUT_OF_STOCK'>['data'], PlaceOutOfStockData>,
  Same<Narrowed<'CLOSED'>['data'], undefined>,
  Same<Failed, PlaceFailure>,
];

declare const found: Right;
export const right: [true, true, true, true] = found;
