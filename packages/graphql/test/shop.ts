import type { GraphQLSchema } from 'graphql';
import { createSchema } from 'graphql-yoga';

const typeDefs = /* GraphQL */ `
  directive @cacheControl(maxAge: Int, scope: Scope) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum Scope {
    PUBLIC
    PRIVATE
  }
  interface Node {
    id: ID!
  }
  type Product implements Node {
    id: ID!
    name: String!
    price: Int!
    reviews: [Review!]!
    failing: Int
  }
  type Review {
    id: ID!
    text: String!
  }
  type Offer @cacheControl(maxAge: 5) {
    text: String!
  }
  type Basket @cacheControl(scope: PRIVATE) {
    items: Int!
  }
  union Thing = Product | Offer | Basket
  input Filter {
    max: Int
    min: Int
  }
  type Query {
    product(id: ID!): Product
    products(filter: Filter): [Product!]!
    stock: Int! @cacheControl(maxAge: 10)
    thing(of: String!): Thing
    node(id: ID!): Node
    basket: Basket
    me: String
  }
  type Mutation {
    setPrice(id: ID!, price: Int!): Product
    addProduct(id: ID!): Product
    fail(id: ID!): Product
  }
`;

/** What resolvers find out about who asks. */
export interface ShopContext {
  readonly user?: string | undefined;
}

/** A shop that counts how often its resolvers run. */
export interface Shop {
  readonly schema: GraphQLSchema;
  /** By `Type.field`. */
  readonly runs: Map<string, number>;
  /** Awaited by `Query.product` after it has read. */
  wait: Promise<void> | undefined;
}

interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: number;
}

export function createShop(): Shop {
  const products = new Map<string, Product>();
  for (const id of ['7', '8']) products.set(id, { id, name: `product ${id}`, price: 100 });
  const runs = new Map<string, number>();
  const ran = <T>(name: string, value: T): T => (runs.set(name, (runs.get(name) ?? 0) + 1), value);
  const things: Record<string, object> = {
    product: { __typename: 'Product', id: '7', name: 'one', price: 1 },
    offer: { __typename: 'Offer', text: 'cheap' },
    basket: { __typename: 'Basket', items: 1 },
  };

  const Query = {
    product: async (_: unknown, { id }: { id: string }) => {
      const found = ran('product', products.get(id));
      await shop.wait;
      return found;
    },
    products: () => ran('products', [...products.values()]),
    stock: () => ran('stock', 5),
    thing: (_: unknown, { of }: { of: string }) => ran('thing', things[of]),
    node: (_: unknown, { id }: { id: string }) => ({
      __typename: 'Product',
      ...ran('node', products.get(id)),
    }),
    basket: () => ran('basket', things['basket']),
    me: (_: unknown, _args: unknown, { user }: ShopContext) => ran('me', user ?? 'nobody'),
  };
  const Mutation = {
    setPrice: (_: unknown, { id, price }: { id: string; price: number }) => {
      products.set(id, { id, name: `product ${id}`, price });
      return products.get(id);
    },
    addProduct: (_: unknown, { id }: { id: string }) => {
      products.set(id, { id, name: `product ${id}`, price: 1 });
      return products.get(id);
    },
    fail: (_: unknown, { id }: { id: string }) => {
      products.set(id, { id, name: 'changed', price: 0 });
      throw new Error('half done');
    },
  };
  const Product = {
    reviews: ({ id }: Product) => ran('reviews', [{ id: `${id}-1`, text: 'good' }]),
    failing: () => {
      throw new Error(`failed ${ran('failing', runs.get('failing') ?? 0)} times`);
    },
  };
  const schema = createSchema({ typeDefs, resolvers: { Query, Mutation, Product } });
  const shop: Shop = { schema, runs, wait: undefined };
  return shop;
}
