package cadj.cad.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.pipeline.SkipLayers;
import cadj.models.scheduler.Scheduler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// What pictures carry: their settings, the same for galleries, and the command that these make.
class PictureTextTest {
  private static final String HASH = "0123456789abcdef";

  private static PictureSettings settings(
      String prompt, String negative, double guidance, Rng rng) {
    return settings(prompt, negative, guidance, rng, null);
  }

  private static PictureSettings settings(
      String prompt, String negative, double guidance, Rng rng, SkipLayers skipLayers) {
    return new PictureSettings(
        prompt,
        negative,
        4261553411L,
        rng,
        50,
        guidance,
        0,
        skipLayers,
        Scheduler.Kind.EULER_ANCESTRAL,
        512,
        768);
  }

  private static SequencedMap<String, String> text(PictureSettings settings, String... more) {
    SequencedMap<String, String> model = new LinkedHashMap<>();
    model.put("model", "models/sd-1.4");
    model.put("model_sha256", HASH);
    for (int i = 0; i < more.length; i += 2) {
      model.put(more[i], more[i + 1]);
    }
    return new PictureText(model, "cadj 1").of(settings, Map.of());
  }

  @Test
  void galleriesReadParameters() {
    assertEquals(
        """
        a red bus,
        at night
        Negative prompt: rain, (fog)
        Steps: 50, Sampler: Euler a, CFG scale: 7.5, Seed: 4261553411, Size: 512x768, Model hash: 0123456789, Model: sd-1.4, RNG: CPU\
        """,
        text(settings("a red bus,\nat night", "rain, (fog)", 7.5, Rng.TORCH_CPU))
            .get("parameters"));
    assertEquals(
        """
        a bag
        Steps: 50, Sampler: Euler a, CFG scale: 7, Seed: 4261553411, Size: 512x768, Model hash: 0123456789, Model: "a, \\"b\\"", RNG: NV\
        """,
        text(settings("a bag", "", 7, Rng.TORCH_CUDA), "model", "x/a, \"b\"").get("parameters"));
  }

  @Test
  void ownKeys() {
    SequencedMap<String, String> text = text(settings("a", null, 7, Rng.TORCH_CUDA));
    text.remove("parameters");
    assertEquals(
        "{prompt=a, model=models/sd-1.4, model_sha256=0123456789abcdef, seed=4261553411,"
            + " rng=torch-cuda, width=512, height=768, steps=50, guidance=7.0,"
            + " scheduler=euler_ancestral, software=cadj 1}",
        text.toString());
  }

  @Test
  void skippedLayers() {
    SkipLayers skip = new SkipLayers(List.of(7, 8), 2.5, 0.05, 0.3);
    SequencedMap<String, String> text = text(settings("a", null, 7, Rng.TORCH_CPU, skip));
    assertEquals("7,8", text.get("skip_layers"));
    assertEquals("2.5", text.get("skip_layer_scale"));
    assertEquals("0.05", text.get("skip_layer_start"));
    assertEquals("0.3", text.get("skip_layer_stop"));
    String again = RedrawCommand.of("cadj", text).orElseThrow();
    assertTrue(
        again.contains(
            " --skip-layers=7,8 --skip-layer-scale=2.5 --skip-layer-start=0.05"
                + " --skip-layer-stop=0.3 "),
        again);
  }

  @Test
  void picturesDifferBySettingsOnly() {
    SequencedMap<String, String> a = text(settings("a", null, 7, Rng.TORCH_CPU));
    SequencedMap<String, String> b = new LinkedHashMap<>(a);
    b.put("software", "cadj 2");
    b.put("parameters", "x");
    assertNull(PictureText.difference(a, b));
    b.put("negative", "");
    assertEquals("negative", PictureText.difference(a, b));
    assertEquals("negative", PictureText.difference(b, a));
    b.remove("negative");
    b.put("seed", "1");
    assertEquals("seed", PictureText.difference(a, b));
  }

  @Test
  void theCommandThatDrawsItAgain() {
    assertEquals(
        Optional.of(
            "./cadj generate --model=models/sd-1.4 --prompt='it'\\''s a \"bag\"' --negative=''"
                + " --seed=4261553411 --rng=torch-cuda --width=512 --height=768 --steps=50"
                + " --guidance=7.0 --scheduler=euler_ancestral --patch='a b' --patch=c"
                + " --out=again.png"),
        RedrawCommand.of(
            "./cadj",
            text(
                settings("it's a \"bag\"", "", 7, Rng.TORCH_CUDA),
                "patches",
                "[\"a b\",\"c\"]",
                "patches_sha256",
                "1")));
    SequencedMap<String, String> fromFile = text(settings("-x", null, 7, Rng.TORCH_CPU));
    fromFile.put("latents", "n:k");
    assertEquals(
        Optional.of(
            "cadj generate --model=models/sd-1.4 --prompt=-x --seed=4261553411 --steps=50"
                + " --guidance=7.0 --scheduler=euler_ancestral --latents=n:k --out=again.png"),
        RedrawCommand.of("cadj", fromFile));
  }

  @Test
  void eachOfAListIsAnOptionOfItsOwn() {
    String command =
        RedrawCommand.of(
                "cadj",
                text(
                    settings("a", null, 7, Rng.TORCH_CPU),
                    "embeddings",
                    "[\"e.pt\",\"f.pt\"]",
                    "loras",
                    "[\"l:0.5\",\"m:1.0\"]",
                    "unet",
                    "esd.pt"))
            .orElseThrow();
    assertTrue(command.contains(" --embedding=e.pt --embedding=f.pt "), command);
    assertTrue(command.contains(" --lora=l:0.5 --lora=m:1.0 "), command);
    assertTrue(command.contains(" --unet=esd.pt "), command);
  }

  /// Nothing that a terminal would obey, or a shell run, gets out of a prompt.
  @Test
  void hostilePrompts() {
    assertEquals(
        "$'a\\u000ab\\u001b\\u202e\\'\\\\$(x)'", RedrawCommand.quoted("a\nb\u001b\u202e'\\$(x)"));
    assertEquals("'$(x) `y` !z'", RedrawCommand.quoted("$(x) `y` !z"));
    assertEquals("'~'", RedrawCommand.quoted("~"));
  }

  @Test
  void noCommandForWhatIsNotKnown() {
    SequencedMap<String, String> text = text(settings("a", null, 7, Rng.TORCH_CPU));
    SequencedMap<String, String> older = new LinkedHashMap<>(text);
    older.put("picture", "2 of 3");
    assertEquals(Optional.empty(), RedrawCommand.of("cadj", older));
    SequencedMap<String, String> other = new LinkedHashMap<>(text);
    other.put("scheduler", "heun");
    assertEquals(Optional.empty(), RedrawCommand.of("cadj", other));
    text.remove("seed");
    assertEquals(Optional.empty(), RedrawCommand.of("cadj", text));
    assertEquals(Optional.empty(), RedrawCommand.of("cadj", Map.of("parameters", "a")));
  }
}
