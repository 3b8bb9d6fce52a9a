package cadj.cad.cli;

import cadj.cad.method.TargetPrompt;
import picocli.CommandLine.ITypeConverter;

/// `PROMPT=INSTEAD` for picocli; without `=`, nothing is drawn instead.
final class TargetConverter implements ITypeConverter<TargetPrompt> {
  @Override
  public TargetPrompt convert(String text) {
    int at = text.indexOf('=');
    return at < 0
        ? new TargetPrompt(text.strip(), "")
        : new TargetPrompt(text.substring(0, at).strip(), text.substring(at + 1).strip());
  }
}
