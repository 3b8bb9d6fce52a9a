package cadj.cad;

/// The program's version, as the jar's manifest has it.
public final class Version {
  private Version() {}

  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(built from classes)" : version;
  }
}
