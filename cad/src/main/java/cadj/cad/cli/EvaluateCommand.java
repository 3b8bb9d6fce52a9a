package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.evaluate.EditProtocol;
import cadj.cad.evaluate.Evaluation;
import cadj.cad.evaluate.Instruments;
import cadj.cad.evaluate.Ledger;
import cadj.cad.evaluate.LedgerLock;
import cadj.cad.evaluate.Protocol;
import cadj.cad.evaluate.ProtocolCheck;
import cadj.cad.evaluate.Protocols;
import cadj.cad.evaluate.report.Report;
import cadj.cad.generate.RowRange;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.TypeConversionException;

/// `cadj evaluate`: methods side by side, measured.
@Command(
    name = "evaluate",
    header = "Measures whether edits work, what they cost, and what else they change.",
    description = {
      "",
      "A protocol says which concepts are edited, by which methods, with which seeds, what is drawn"
          + " then, and who judges the pictures. Each cell (method, concept, seed) becomes a line"
          + " of DIR/ledger.jsonl and its pictures; none is computed twice, so a run can be stopped"
          + " at any moment and started again. Then a page with tables and curves is made of the"
          + " ledger.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj evaluate --quick",
      "  cadj evaluate --protocol fashion-objects --method text-mask --concept sneaker --seed 11",
      "  cadj evaluate --cells 1-100 --out half    (the other half on another machine)",
      "",
      "docs/evaluation.md explains protocols, figures and what came out."
    })
final class EvaluateCommand implements Runnable {
  private static final String LEDGER = "ledger.jsonl";

  @ParentCommand private Main main;

  @Mixin private ModelOptions model;

  @Mixin private InstrumentOptions instruments;

  @Option(
      names = "--protocol",
      paramLabel = "NAME|FILE",
      description =
          "What to do: one that comes with the program (fashion-objects, fashion-styles,"
              + " fashion-wording, fashion-amplification, fashion-recovery, fashion-prediction;"
              + " imagenette-objects, artists), or a file of the same form (default: all of"
              + " fashion). Repeat for several.")
  private @Nullable List<String> protocols;

  @Option(
      names = "--method",
      paramLabel = "NAME[:KEY=VALUE,…]",
      description =
          "These methods instead of the protocol's (of a protocol that predicts: estimators)."
              + " Repeat for several.")
  private @Nullable List<String> methods;

  @Option(
      names = {"-c", "--concept"},
      paramLabel = "TEXT",
      description = "Only these of the protocol's concepts. Repeat for several.")
  private @Nullable List<String> concepts;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "These seeds instead of the protocol's. Repeat for several.")
  private @Nullable List<Long> seeds;

  @Option(
      names = "--quick",
      description =
          "Only the first concept and the first seed, and no styles where no protocol is named:"
              + " minutes instead of hours.")
  private boolean quick;

  @Option(
      names = "--cells",
      paramLabel = "RANGE",
      converter = CellsConverter.class,
      description =
          "Only those of the cells, such as 10-20, counted from 1; ledgers of several machines are"
              + " joined by putting their lines into one file.")
  private @Nullable RowRange cells;

  @Option(
      names = "--report",
      description = "Compute nothing: only make the page of the ledger that is there.")
  private boolean reportOnly;

  @Option(
      names = "--compare",
      paramLabel = "LEDGER",
      description = "On the page, show how another ledger's figures differ, and where by chance.")
  private @Nullable Path compare;

  @Option(
      names = {"-o", "--out"},
      defaultValue = "out/evaluate",
      paramLabel = "DIR",
      description = "Folder for ledger, pictures, patches and page (default: ${DEFAULT-VALUE}).")
  private Path out;

  /// Ranges of cells for picocli.
  static final class CellsConverter implements ITypeConverter<RowRange> {
    @Override
    public RowRange convert(String text) {
      try {
        return RowRange.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage().replace("--rows: ", ""));
      }
    }
  }

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    OutputFile.require(out.resolve(LEDGER));
    Ledger other = compare == null ? null : Ledger.read(compare);
    if (reportOnly) {
      report(Ledger.read(out.resolve(LEDGER)), other, terminal);
      return;
    }
    List<Protocol> all =
        (protocols == null ? Protocols.FASHION : protocols)
            .stream()
                .filter(
                    name ->
                        protocols != null
                            || concepts != null
                            || !quick
                            || Protocols.QUICK.contains(name))
                .map(Protocols::open)
                .toList();
    requireKnownConcepts(all);
    List<Protocol> chosen = all.stream().filter(this::isMeant).map(this::chosen).toList();
    ModelFiles files = model.open(terminal);
    main.onDevice(() -> evaluate(files, chosen, other, terminal));
  }

  private void requireKnownConcepts(List<Protocol> all) {
    for (String concept : concepts == null ? List.<String>of() : concepts) {
      require(
          all.stream().anyMatch(protocol -> protocol.concepts().contains(concept)),
          "--concept: expected some of %s, got %s",
          all.stream().flatMap(protocol -> protocol.concepts().stream()).distinct().toList(),
          concept);
    }
  }

  /// Whether a protocol that nobody named has the concepts, and takes the methods, that are asked
  /// for.
  private boolean isMeant(Protocol protocol) {
    return protocols != null
        || ((concepts == null || concepts.stream().anyMatch(protocol.concepts()::contains))
            && (methods == null || protocol instanceof EditProtocol));
  }

  private Protocol chosen(Protocol protocol) {
    List<String> of = protocol.concepts();
    if (concepts != null) {
      of = of.stream().filter(concepts::contains).toList();
    }
    List<Long> with = seeds == null ? protocol.seeds() : seeds;
    return protocol.only(
        quick ? of.subList(0, Math.min(1, of.size())) : of,
        methods == null ? protocol.methods() : methods,
        quick ? with.subList(0, 1) : with);
  }

  private void evaluate(
      ModelFiles files, List<Protocol> chosen, @Nullable Ledger other, Terminal terminal) {
    Instruments tools = instruments.open(files);
    chosen.forEach(protocol -> ProtocolCheck.requireRunnable(protocol, files, tools));
    TextToImage pipeline = TextToImage.load(files);
    try (LedgerLock _ = LedgerLock.of(out)) {
      Ledger ledger = Ledger.open(out.resolve(LEDGER));
      Evaluation evaluation = new Evaluation(files, pipeline, tools, ledger, out);
      chosen.forEach(evaluation::add);
      int first = cells == null ? 1 : cells.first();
      int last = cells == null ? evaluation.size() : cells.last();
      int present = evaluation.present(first, last);
      if (present > 0) {
        terminal.say(
            "%,d of %,d cells are in %s already",
            present, evaluation.names(first, last).size(), ledger.file());
      }
      try (Terminal.Bar bar = terminal.bar("evaluating", evaluation.size())) {
        evaluation.run(first, last, new Telling(terminal, bar));
      }
      report(ledger, other, terminal);
    }
  }

  private static void report(Ledger ledger, @Nullable Ledger other, Terminal terminal) {
    Path page = Report.write(ledger, other);
    int size = ledger.lines().size();
    terminal.say("%s: %,d %s", ledger.file(), size, size == 1 ? "cell" : "cells");
    terminal.say("Look at %s", page);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ledger", ledger.file().toString());
    json.put("cells", ledger.lines().size());
    json.put("page", page.toString());
    terminal.result(json);
  }

  /// Says which cell is computed.
  private record Telling(Terminal terminal, Terminal.Bar bar) implements Evaluation.Listener {
    @Override
    public void cell(int number, int of, String name) {
      bar.at(number - 1L, of);
      if (!bar.isShown()) {
        terminal.say("%d/%d %s", number, of, name);
      }
    }

    @Override
    public void at(String what, int done, int total) {
      bar.note(total > 1 ? "%s %d/%d".formatted(what, done, total) : what);
    }

    @Override
    public void failed(String name, String why) {
      terminal.note("%s: %s".formatted(name, why));
    }

    @Override
    public void skipped(int number, int of, String name) {
      bar.at(number, of);
    }
  }
}
