package cadj.cad.method.closedform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.method.EditMethod;
import cadj.cad.method.SettingValues;
import cadj.cad.method.TargetPrompt;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/// RECE's published program in double: start, embeddings found and weights of every epoch.
class ReceGoldenTest {
  @Test
  void everyEpochIsThePublishedOne() {
    JsonObject json = JsonFile.read(Golden.require("baselines/rece.json"));
    try (SafetensorsFile file = Golden.open("baselines/rece.safetensors")) {
      GoldenEdits golden = GoldenEdits.of(file, json.list("strings").strings(), "text");
      for (JsonObject entry : json.list("cases").objects()) {
        check(golden, entry);
      }
    }
  }

  private static void check(GoldenEdits golden, JsonObject entry) {
    String name = entry.string("case") + "/fp64/";
    List<TargetPrompt> targets = GoldenEdits.targets(entry, "concepts", "guide");
    Rece rece = rece(entry);
    DMatrixRMaj gram = golden.weights().gram();
    DMatrixRMaj m = rece.start(golden.texts(), targets, List.of());
    if (golden.has(name + "start/")) {
      golden.assertEdited(name + "start/", golden.patch(m), 2e-6);
    }
    for (int epoch = 0; epoch < rece.epochs(); epoch++) {
      String prefix = name + "epoch" + epoch + "/";
      for (int i = 0; i < targets.size(); i++) {
        DMatrixRMaj z = rece.surrogate(m, gram, golden.texts(), targets.get(i).prompt());
        String key = prefix + "embedding." + i;
        Tensor expected = golden.file().tensor(key);
        Golden.assertClose(key, expected, Tensor.of(z.data.clone(), z.numRows, z.numCols), 2e-6);
        Golden.count(1);
      }
      m = rece.epoch(m, gram, golden.texts(), targets, List.of());
      golden.assertEdited(prefix, golden.patch(m), 2e-6);
    }
    golden.assertEdited(
        name + "epoch" + (rece.epochs() - 1) + "/",
        rece.edit(golden.task(targets, List.of()), EditMethod.Progress.NONE),
        2e-5);
  }

  private static Rece rece(JsonObject entry) {
    String surrogate =
        switch (entry.string("embedding")) {
          case "surrogate" -> {
            assertEquals("1st", entry.string("reg_item"));
            yield "surrogate";
          }
          case String other -> other;
        };
    Surrogate kind =
        Arrays.stream(Surrogate.values())
            .filter(value -> SettingValues.lower(value).equals(surrogate))
            .findFirst()
            .orElseThrow();
    return new Rece(
        kind,
        entry.number("regular_scale"),
        kind == Surrogate.STANDARD ? entry.string("old_target") : "",
        entry.integer("epochs"),
        entry.number("lamb"),
        entry.number("erase_scale"),
        entry.number("preserve_scale"));
  }

  /// Preserved prompts stay as "" does: at the start, and in every epoch.
  @Test
  void preservedPromptsMoveLess() {
    JsonObject json = JsonFile.read(Golden.require("baselines/rece.json"));
    List<String> prompts = json.list("strings").strings();
    try (SafetensorsFile file = Golden.open("baselines/rece.safetensors")) {
      GoldenEdits golden = GoldenEdits.of(file, prompts, "text");
      List<TargetPrompt> targets = List.of(new TargetPrompt(prompts.getFirst(), " "));
      String kept = prompts.getLast();
      DMatrixRMaj gram = golden.weights().gram();
      Rece rece = Rece.PUBLISHED;
      List<Double> moved = new ArrayList<>();
      for (List<String> preserve : List.of(List.<String>of(), List.of(kept))) {
        DMatrixRMaj start = rece.start(golden.texts(), targets, preserve);
        moved.add(moved(golden.texts().rows(kept), start));
        DMatrixRMaj bare = rece.start(golden.texts(), targets, List.of());
        moved.add(
            moved(
                golden.texts().rows(kept),
                rece.epoch(bare, gram, golden.texts(), targets, preserve)));
      }
      assertTrue(moved.get(2) < 0.5 * moved.get(0), moved.toString());
      assertTrue(moved.get(3) < moved.get(1), moved.toString());
    }
  }

  /// Squared distance of x from M x, over all rows.
  private static double moved(DMatrixRMaj x, DMatrixRMaj m) {
    double sum = 0;
    for (int n = 0; n < x.numRows; n++) {
      for (int i = 0; i < m.numRows; i++) {
        double mapped = 0;
        for (int j = 0; j < m.numCols; j++) {
          mapped += m.get(i, j) * x.get(n, j);
        }
        sum += Math.pow(mapped - x.get(n, i), 2);
      }
    }
    return sum;
  }
}
