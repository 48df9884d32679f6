import "./workers";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./style.css";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { Sandbox } from "./sandbox";

const root = createRoot(document.getElementById("root")!);
Sandbox.connect().then(
  (sandbox) => root.render(<App sandbox={sandbox} />),
  (error: unknown) =>
    root.render(<p className="failure">The sandbox does not answer: {String(error)}</p>),
);
