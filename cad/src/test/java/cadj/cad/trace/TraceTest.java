package cadj.cad.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Cat;
import cadj.cad.judge.FashionJudge;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonText;
import cadj.tensor.shape.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What must hold to the bit.
class TraceTest {
  private static final ModelFiles FILES = ModelFiles.open("fashion");
  private static final TextToImage MODEL = TextToImage.load(FILES);
  private static final List<String> ATTENTIONS = FILES.crossAttentions();
  private static final int SAMPLES = 2;

  @TempDir private Path folder;

  /// Pictures of the first sample, as numbers.
  private static final class Kept implements TracePictures {
    private final List<float[]> references = new ArrayList<>();
    private final Map<TraceRow, List<float[]>> rows = new HashMap<>();

    @Override
    public void references(List<Tensor> pictures) {
      pictures.forEach(picture -> references.add(picture.toFloats()));
    }

    @Override
    public void row(TraceRow row, List<Tensor> pictures) {
      rows.put(row, pictures.stream().map(Tensor::toFloats).toList());
    }
  }

  private static TraceSettings settings(
      Corruption corruption, Scheduler.Kind sampler, double guidance) {
    return new TraceSettings(
        "bag",
        "a photo of a bag",
        "",
        corruption,
        new TextToImage.Settings(3, guidance, sampler),
        2,
        SAMPLES,
        5);
  }

  private static TracePlan plan(List<TraceRow> rows) {
    SequencedMap<String, Shape> all = FILES.denoiserOutputs(FILES.latentForm().shape(SAMPLES));
    SequencedMap<String, Shape> outputs = new LinkedHashMap<>();
    for (TraceRow row : rows) {
      if (row.procedure() == Procedure.RESTORE) {
        row.modules().forEach(key -> outputs.put(key, all.get(key)));
      }
    }
    return new TracePlan(rows, outputs, SAMPLES);
  }

  private static TraceResult run(
      TraceSettings settings,
      List<TraceRow> rows,
      TracePictures pictures,
      @Nullable Path partial,
      Trace.Progress progress) {
    return new Trace(
            MODEL,
            settings,
            plan(rows),
            new PictureMeasures(new FashionJudge(FILES.classifier()), null),
            pictures,
            partial,
            settings.identity())
        .run(progress);
  }

  private static TraceResult run(
      TraceSettings settings, List<TraceRow> rows, TracePictures pictures) {
    return run(settings, rows, pictures, null, Trace.Progress.NONE);
  }

  /// Nothing else sees the text: so with all cross-attentions restored the clean run comes out,
  /// with all swapped the base prompt's, and with none restored the corrupted one. Of samplers that
  /// keep earlier predictions and that draw noise too, with guidance and without.
  @ParameterizedTest
  @EnumSource(names = {"DDIM", "DPMPP_2M", "EULER_ANCESTRAL"})
  void allAndNothing(Scheduler.Kind sampler) {
    RestoredModules all = new RestoredModules(ATTENTIONS);
    RestoredModules nothing = new RestoredModules(List.of());
    SwappedLayers swapped = new SwappedLayers(ATTENTIONS);
    double guidance = sampler == Scheduler.Kind.EULER_ANCESTRAL ? 1 : 3;
    Kept kept = new Kept();
    TraceResult found =
        run(
            settings(new TokenNoise("bag", 10), sampler, guidance),
            List.of(all, nothing, swapped),
            kept);
    float[] clean = kept.references.get(0);
    float[] corrupted = kept.references.get(1);
    float[] base = kept.references.get(2);
    assertFalse(Arrays.equals(clean, corrupted));
    assertFalse(Arrays.equals(clean, base));
    assertArrayEquals(clean, kept.rows.get(all).getFirst());
    assertArrayEquals(corrupted, kept.rows.get(nothing).getFirst());
    assertArrayEquals(base, kept.rows.get(swapped).getFirst());
    for (int n = 0; n < SAMPLES; n++) {
      assertEquals(1, found.effect(all, Measure.OBJECTIVE, 0).samples()[n]);
      assertEquals(1, found.effect(all, Measure.PROJECTION, 2).samples()[n]);
      assertEquals(0, found.effect(nothing, Measure.OBJECTIVE, 0).samples()[n]);
      assertEquals(0, found.effect(nothing, Measure.PROBABILITY, 1).samples()[n]);
      assertEquals(1, found.effect(swapped, Measure.OBJECTIVE, 0).samples()[n]);
      double difference =
          found.pictures(References.Reference.CLEAN).get(Measure.PROBABILITY)[n]
              - found.pictures(References.Reference.CORRUPTED).get(Measure.PROBABILITY)[n];
      assertEquals(difference, found.effect(all, Measure.PROBABILITY, 0).samples()[n]);
    }
  }

  /// The runs that are not intervened on are the pipeline's, of the seeds' noise.
  @Test
  void theCleanRunIsThePipelines() {
    Kept kept = new Kept();
    TraceSettings settings = settings(new BasePrompt(), Scheduler.Kind.DDIM, 3);
    run(settings, List.of(new RestoredModules(List.of())), kept);
    Tensor noise =
        Cat.cat(
            0,
            TextToImage.noise(MODEL.latentShape(1), new TorchGenerator(5)),
            TextToImage.noise(MODEL.latentShape(1), new TorchGenerator(6)));
    for (int reference = 0; reference < 3; reference++) {
      String prompt = reference == 0 ? "a photo of a bag" : "";
      Tensor drawn =
          MODEL.draw(
              Collections.nCopies(SAMPLES, prompt),
              null,
              noise,
              settings.sampling(),
              Scheduler.Noise.NONE,
              TextToImage.Progress.NONE);
      assertArrayEquals(drawn.slice(0, 0, 1).toFloats(), kept.references.get(reference), prompt);
    }
  }

  @Test
  void noNoiseCorruptsNothing() {
    Kept kept = new Kept();
    RestoredModules one = new RestoredModules(ATTENTIONS.subList(1, 2));
    run(settings(new TokenNoise("bag", 0), Scheduler.Kind.DDIM, 3), List.of(one), kept);
    assertArrayEquals(kept.references.get(0), kept.references.get(1));
    assertArrayEquals(kept.references.get(0), kept.rows.get(one).get(1));
  }

  /// Noise is on the tokens of the word and what follows: each sample's own, the same again.
  @Test
  void noiseIsOnTheWordAndWhatFollows() {
    TraceSettings settings = settings(new TokenNoise("bag", 3), Scheduler.Kind.DDIM, 3);
    var text = MODEL.text();
    Tensor plain = text.encode(List.of(settings.prompt()), 32, 32).text();
    Tensor both = settings.corruption().encode(text, settings, 0, 2, 32, 32).text();
    int place = text.words(settings.prompt()).find("bag").places().getFirst();
    for (int n = 0; n < 2; n++) {
      for (int token = 0; token < plain.dim(1); token++) {
        float[] own = both.slice(0, n, n + 1).slice(1, token, token + 1).toFloats();
        float[] before = plain.slice(1, token, token + 1).toFloats();
        double difference = 0;
        for (int i = 0; i < own.length; i++) {
          difference = Math.max(difference, Math.abs(own[i] - before[i]));
        }
        assertEquals(token >= place, difference > 1e-3, "token " + token + ": " + difference);
      }
    }
    assertFalse(Arrays.equals(both.slice(0, 0, 1).toFloats(), both.slice(0, 1, 2).toFloats()));
    Tensor second = settings.corruption().encode(text, settings, 1, 1, 32, 32).text();
    float[] inCompany = both.slice(0, 1, 2).toFloats();
    float[] alone = second.toFloats();
    for (int i = 0; i < alone.length; i++) {
      assertEquals(alone[i], inCompany[i], 1e-4);
    }
  }

  /// Stopped in the middle of the second group, it goes on after the first, to the same bits.
  @Test
  void goesOn() {
    List<TraceRow> rows = new ArrayList<>();
    ATTENTIONS.forEach(key -> rows.add(new RestoredModules(List.of(key))));
    rows.add(new SwappedLayers(ATTENTIONS.subList(0, 2)));
    TraceSettings settings = settings(new TokenNoise("bag", 10), Scheduler.Kind.DDIM, 3);
    Path partial = folder.resolve("unfinished.json");
    String whole = json(run(settings, rows, TracePictures.NONE));
    assertThrows(
        CancellationException.class,
        () ->
            run(
                settings,
                rows,
                TracePictures.NONE,
                partial,
                (done, total) -> {
                  if (done == 4) {
                    throw new CancellationException();
                  }
                }));
    assertTrue(Files.exists(partial));
    List<Long> told = new ArrayList<>();
    TraceResult again =
        run(settings, rows, TracePictures.NONE, partial, (done, total) -> told.add(done));
    assertEquals(List.of(0L, 3L, 4L, 5L, 6L, 7L, 8L, 9L), told);
    assertEquals(whole, json(again));
    TraceSettings other = settings(new TokenNoise("bag", 9), Scheduler.Kind.DDIM, 3);
    String message =
        assertThrows(
                FileFormatException.class,
                () -> run(other, rows, TracePictures.NONE, partial, Trace.Progress.NONE))
            .getMessage();
    assertTrue(message.contains("noise: expected 9.0 (an unfinished trace"), message);
  }

  private static String json(TraceResult result) {
    return JsonText.of(TraceJson.of(result, null));
  }

  @Test
  void sayWhatThereIs() {
    assertEquals(
        "--layers: no module matches '**.attn3'; there are %d, such as those of **.attn1, **.attn2, **.ff, **.resnets.*"
            .formatted(FILES.denoiserOutputs(FILES.latentForm().shape(1)).size()),
        message(Set.of(Procedure.RESTORE), "**.attn3", null));
    assertTrue(
        message(Set.of(Procedure.RESTORE), "mid_block.attentions.7", null)
            .contains("such as mid_block.attentions.0."));
    assertTrue(
        message(Set.of(Procedure.SWAP), "**.ff", null)
            .startsWith(
                "--layers: expected some cross-attention to swap, such as"
                    + " down_blocks.0.attentions.0"));
    assertEquals(
        "--window: expected 1 to 7, as many as there are cross-attention layers, got 8",
        message(Set.of(Procedure.SWAP), "**.attn2", 8));
  }

  private static String message(Set<Procedure> procedures, String glob, @Nullable Integer window) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> TracePlan.of(FILES, procedures, List.of(glob), window, 1))
        .getMessage();
  }

  /// 2 of fashion's 7, as 5 of Stable Diffusion's 16.
  @Test
  void usualWindow() {
    assertEquals(2, SwappedLayers.usual(7));
    assertEquals(5, SwappedLayers.usual(16));
    assertEquals(1, SwappedLayers.usual(1));
    TracePlan plan = TracePlan.of(FILES, Set.of(Procedure.SWAP), TracePlan.DEFAULT, null, 1);
    assertEquals(6, plan.rows().size());
    assertEquals(
        List.of(
            "up_blocks.1.attentions.0.transformer_blocks.0.attn2",
            "up_blocks.1.attentions.1.transformer_blocks.0.attn2"),
        plan.rows().getLast().modules());
  }
}
