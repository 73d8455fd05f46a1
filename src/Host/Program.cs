using OpenPassage.Host;

return await CommandLine.RunAsync(args);
