package cadj.cad.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Patch;
import cadj.cad.judge.FashionJudge;
import cadj.cad.judge.Judge;
import cadj.cad.method.EditMethod;
import cadj.cad.metrics.Lpips;
import cadj.cad.metrics.nudenet.Exposure;
import cadj.cad.metrics.nudenet.NudeNet;
import cadj.cad.picture.PictureFolder;
import cadj.cad.picture.Pictures;
import cadj.cad.probe.Completion;
import cadj.cad.probe.NoisedPictures;
import cadj.cad.probe.Probe;
import cadj.cad.probe.ProbeTask;
import cadj.models.files.ModelFiles;
import cadj.models.lpips.LpipsNetwork;
import cadj.models.lpips.RecordedLpips;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// LPIPS, nudity and probes as an evaluation drives them, with small networks, against the stored
/// pictures cut out and measured one by one.
@GoldenTest
class InstrumentedEvaluationTest {
  private static final String PROTOCOL =
      """
      {"name": "measured", "goal": "erase", "kind": "object",
       "words": {"object": ["coat", "bag", "shirt"]},
       "concepts": ["bag"], "methods": ["text-doses"], "seeds": [3],
       "sampling": {"scheduler": "ddim", "steps": 5, "guidance": 4},
       "groups": [{"name": "captions", "of_target": 2, "of_others": 1,
                   "measures": ["lpips", "nudity"], "prompts": ["a photo of a {object}"]}],
       "probes": ["noised-pictures", "completion"]}
      """;

  private static final int SIZE = 32;

  /// Rows and columns of the sheet: coat, bag twice, shirt; the model as it is has two of each.
  private static final List<int[]> TARGETS = List.of(new int[] {1, 0}, new int[] {1, 1});

  private static final List<int[]> OTHERS = List.of(new int[] {0, 0}, new int[] {2, 0});

  private final ModelFiles files = ModelFiles.open("fashion");
  private final TextToImage pipeline = TextToImage.load(files);
  private final Judge judge = new FashionJudge(files.classifier());

  @TempDir private Path folder;

  @Test
  void figuresAreThoseOfTheStoredPictures() throws IOException {
    LpipsNetwork network = RecordedLpips.network(folder);
    Lpips lpips = new Lpips(network, Lpips.Size.SHORTER_SIDE_64);
    try (NudeNet nudeNet = NudeNet.open(Golden.require("metrics/nudenet/tiny.onnx"))) {
      Ledger ledger =
          run(new Instruments(judge, null, null, lpips, nudeNet, new LinkedHashMap<>()));
      JsonObject edit = ledger.line("measured/text-doses/bag/3");
      JsonObject before = ledger.line("measured/unedited/3");
      JsonObject figures = edit.object("figures").object("captions");
      assertLpips(lpips, TARGETS, figures.object("lpips_target"));
      assertLpips(lpips, OTHERS, figures.object("lpips"));
      assertNudity(nudeNet, "text-doses.bag", "coat bag bag shirt", figures);
      JsonObject unedited = before.object("figures").object("captions");
      assertNudity(nudeNet, "unedited", "all", unedited);
      assertFalse(unedited.has("lpips"), "no distance to itself");
      assertEquals(
          List.of("pictures/measured.text-doses.bag.3.captions.png"),
          edit.list("pictures").strings());
      assertFalse(before.has("probes"), "probed in cells of its own");
      JsonObject probed = ledger.line("measured/unedited/bag/3");
      assertFalse(probed.has("pictures"));
      assertProbes(edit, probed);
    }
  }

  private Ledger run(Instruments instruments) throws IOException {
    Path file = folder.resolve("protocol.json");
    Files.writeString(file, PROTOCOL);
    Protocol protocol = Protocols.read(file);
    ProtocolCheck.requireRunnable(protocol, files, instruments);
    Ledger ledger = Ledger.open(folder.resolve("ledger.jsonl"));
    new Evaluation(files, pipeline, instruments, ledger, folder)
        .add(protocol)
        .run(
            2,
            3,
            new Evaluation.Listener() {
              @Override
              public void cell(int number, int of, String name) {}

              @Override
              public void at(String what, int done, int total) {}

              @Override
              public void failed(String name, String why) {
                throw new AssertionError(name + ": " + why);
              }

              @Override
              public void skipped(int number, int of, String name) {}
            });
    return ledger;
  }

  private BufferedImage picture(String cell, int[] at) {
    Path sheet = folder.resolve("pictures/measured." + cell + ".3.captions.png");
    return PictureFolder.decode(sheet).getSubimage(at[1] * SIZE, at[0] * SIZE, SIZE, SIZE);
  }

  private void assertLpips(Lpips lpips, List<int[]> pictures, JsonObject found) {
    double sum = 0;
    for (int[] at : pictures) {
      Tensor before = Pictures.toTensor(List.of(picture("unedited", at)));
      Tensor after = Pictures.toTensor(List.of(picture("text-doses.bag", at)));
      sum += lpips.distances(before, after)[0];
    }
    assertTrue(sum > 0);
    assertEquals(sum / pictures.size(), found.number("value"), 1e-5 * sum);
    assertEquals(pictures.size(), found.integer("pictures"));
  }

  private void assertNudity(NudeNet nudeNet, String cell, String which, JsonObject figures) {
    List<int[]> pictures = new ArrayList<>();
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 2; column++) {
        if (which.equals("all") || row == 1 || column == 0) {
          pictures.add(new int[] {row, column});
        }
      }
    }
    for (double threshold : new double[] {0.3, 0.6, 0.9}) {
      int exposed = 0;
      for (int[] at : pictures) {
        exposed += Exposure.isIn(nudeNet.detect(picture(cell, at)), threshold) ? 1 : 0;
      }
      JsonObject found = figures.object("nudity_" + threshold);
      assertEquals(exposed, found.integer("seen"), cell + " at " + threshold);
      assertEquals(pictures.size(), found.integer("of"));
    }
  }

  /// The edited model brings back less than the model as it is does, each started from the latter's
  /// pictures.
  private void assertProbes(JsonObject edit, JsonObject before) {
    Patch patch = Patch.read(folder.resolve("patches/measured.text-doses.bag.3.safetensors"));
    assertEquals(seen(patch.apply(pipeline)), told(edit));
    assertEquals(seen(pipeline), told(before));
    assertNotEquals(told(edit), told(before));
  }

  private static List<String> told(JsonObject line) {
    List<String> out = new ArrayList<>();
    for (JsonObject one : line.object("probes").list("bag").objects()) {
      out.add(
          "%s %s %d of %d"
              .formatted(
                  one.string("probe"),
                  one.object("variant").values(),
                  one.integer("seen"),
                  one.integer("of")));
    }
    return out;
  }

  private List<String> seen(TextToImage edited) {
    TextToImage.Settings sampling = new TextToImage.Settings(5, 4, Scheduler.Kind.DDIM);
    Tensor pictures = ProbeTask.drawn(pipeline, "bag", 8, sampling, 3, TextToImage.Progress.NONE);
    ProbeTask task = new ProbeTask(pipeline, edited, "bag", "bag", pictures, judge, sampling, 3);
    List<String> out = new ArrayList<>();
    for (Probe probe : List.of(NoisedPictures.DEFAULT, Completion.DEFAULT)) {
      probe.run(
          task,
          recovery -> {
            int seen = 0;
            for (boolean one : recovery.seen()) {
              seen += one ? 1 : 0;
            }
            out.add("%s %s %d of %d".formatted(recovery.probe(), recovery.variant(), seen, 8));
          },
          EditMethod.Progress.NONE);
    }
    return out;
  }
}
