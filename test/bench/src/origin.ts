/** What the handlers of all variants answer with, and how often they were asked. */
export interface Origin {
  /** The answer as an object, for frameworks that serialise it. Each call counts. */
  readonly object: () => object;
  /** The same answer as bytes, for servers that hold it ready. Does not count. */
  readonly bytes: Buffer;
  readonly calls: () => number;
}

const WORDS = ['kettle', 'lantern', 'notebook', 'harbour', 'blanket', 'teapot', 'compass', 'ribbon'];

/** An origin whose answer is a list of products of about `size` bytes as JSON. */
export function createOrigin(size: number): Origin {
  const answer = { page: 1, products: productsOf(size) };
  const bytes = Buffer.from(JSON.stringify(answer));
  let calls = 0;
  return {
    object() {
      calls++;
      return answer;
    },
    bytes,
    calls: () => calls,
  };
}

function productsOf(size: number): object[] {
  const products: object[] = [];
  for (let id = 1, length = 30; length + 60 < size; id++) {
    const product = {
      id,
      name: `${WORDS[id % 8]} ${WORDS[(id * 5) % 8]}`,
      price: (id * 37) % 1000,
      stock: id % 9,
    };
    products.push(product);
    length += JSON.stringify(product).length + 1;
  }
  return products;
}
