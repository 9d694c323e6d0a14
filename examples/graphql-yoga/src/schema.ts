import { setTimeout } from 'node:timers/promises';
import type { GraphQLSchema } from 'graphql';
import { createSchema } from 'graphql-yoga';

const products = new Map(
  [
    ['7', 'Lantern', 2900],
    ['8', 'Rucksack', 11900],
  ].map(([id, name, price]) => [String(id), { id, name, price }]),
);

const typeDefs = /* GraphQL */ `
  type Query {
    product(id: ID!): Product
    products: [Product!]!
  }
  type Mutation {
    setPrice(id: ID!, price: Int!): Product
    addProduct(id: ID!, name: String!, price: Int!): Product!
  }
  type Product {
    id: ID!
    name: String!
    price: Int!
    rating: Float!
  }
`;

/** A small shop whose ratings take half a second to look up. */
export const schema: GraphQLSchema = createSchema({
  typeDefs,
  resolvers: {
    Query: {
      product: (_, { id }: { id: string }) => products.get(id),
      products: () => [...products.values()],
    },
    Mutation: {
      setPrice(_, { id, price }: { id: string; price: number }) {
        const product = products.get(id);
        if (product !== undefined) product.price = price;
        return product;
      },
      addProduct(_, product: { id: string; name: string; price: number }) {
        products.set(product.id, product);
        return product;
      },
    },
    Product: { rating: () => setTimeout(500, 4.5) },
  },
});

/** What clients may GET by name. */
export const queries: ReadonlyMap<string, string> = new Map([
  ['product', 'query ($id: ID!) { product(id: $id) { name price rating } }'],
  ['products', '{ products { name price } }'],
]);
