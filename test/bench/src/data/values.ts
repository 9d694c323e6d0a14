/** What the loads of the data comparison return, by name. */
export const VALUES: Readonly<Record<ValueName, unknown>> = {
  'object of 200 B': productOf(1),
  'object of 10 kB': { page: 1, products: Array.from({ length: 44 }, (_, at) => productOf(at)) },
  'string of 1 kB': 'kettle, lantern, notebook, harbour, blanket, teapot, compass, '
    .repeat(17)
    .slice(0, 1000),
};

/** Which value. */
export type ValueName = 'object of 200 B' | 'object of 10 kB' | 'string of 1 kB';

function productOf(id: number): object {
  return {
    id,
    name: 'Kettle with a lantern',
    price: { amount: 1999 + id, currency: 'EUR' },
    tags: ['kitchen', 'garden', 'gift'],
    stock: { here: 7, elsewhere: 12, expectedAt: null },
    isSold: true,
    rating: 4.25,
    seller: { id: 77, name: 'Harbour & Sons' },
  };
}
