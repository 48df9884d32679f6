declare module "virtual:contract" {
  const contract: import("./contract").Contract;
  export default contract;
}
