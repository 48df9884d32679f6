declare module "virtual:contract" {
  const contract: import("./contract").Contract;
  export default contract;
}

declare module "virtual:worker" {
  const url: string;
  export default url;
}

declare module "monaco-editor/esm/vs/*";
