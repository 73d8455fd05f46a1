using OpenPassage.Conformance;

if (args.Length == 0)
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project tools/conformance -- FILE…");
    Console.Error.WriteLine(
        "Judges recorded ceremonies and prints, for each: id ok|FAIL|policy expected got step; or id skip and why it cannot be judged.");
    Console.Error.WriteLine("Ends with 0, with 1 when one failed, with 2 when a file cannot be read or nothing was judged.");
    return 2;
}

var run = new Run(Console.Out);
foreach (var file in args)
    run.Judge(file);
return run.End();
