package cadj.cad.evaluate;

import cadj.cad.method.EditMethod;
import cadj.cad.probe.Probe;
import cadj.cad.probe.ProbeTask;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a protocol's probes bring back of one cell's concept.
record ProbedCell(CellRun run, Cell cell, EditProtocol protocol) {
  /// Pictures of the concept that probes start from.
  private static final int PROBED = 8;

  /// By the concept: of each probe and variant, in how many pictures it is seen.
  ///
  /// @param edited the model, after the cell's edit
  Map<String, Object> json(TextToImage edited, EditMethod.Progress progress) {
    List<Map<String, Object>> found = new ArrayList<>();
    Scope.run("probes", () -> probe(cell.concept(), edited, found, progress));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put(cell.concept(), found);
    return out;
  }

  private void probe(
      String concept,
      TextToImage edited,
      List<Map<String, Object>> found,
      EditMethod.Progress progress) {
    Tensor pictures =
        ProbeTask.drawn(
            run.pipeline(),
            concept,
            PROBED,
            protocol.sampling(),
            cell.seed(),
            TextToImage.Progress.NONE);
    ProbeTask task =
        new ProbeTask(
            run.pipeline(),
            edited,
            concept,
            concept,
            pictures,
            run.instruments().needJudge(),
            protocol.sampling(),
            cell.seed());
    for (Probe probe : protocol.probes()) {
      probe.run(
          task,
          recovery -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put(LedgerKeys.PROBE, recovery.probe());
            one.put(LedgerKeys.VARIANT, recovery.variant());
            one.putAll(Figures.share(recovery.share()));
            found.add(one);
          },
          progress);
    }
  }
}
